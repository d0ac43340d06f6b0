//go:build unix

package hosttest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long to wait for what should happen at once. mod_fcgid takes
// up to 8 s to stop a busy process.
const patience = 20 * time.Second

// A Process is a running program, in a process group of its own together with
// the processes that it starts.
type Process struct {
	// PID is its process id.
	PID int

	t       testing.TB
	name    string
	log     string
	exited  chan struct{}
	stopped bool
}

// A startPlan says how to start a process.
type startPlan struct {
	command    []string
	folder     string
	env        []string
	stdin      *os.File
	credential *syscall.Credential
	// log is the file that stdout and stderr are appended to. A file, not a pipe:
	// that is what a web server hands to a program.
	log string
}

func startProcess(t testing.TB, plan startPlan) *Process {
	t.Helper()
	log, err := os.OpenFile(plan.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()

	command := exec.Command(plan.command[0], plan.command[1:]...)
	command.Dir = plan.folder
	command.Env = plan.env
	if plan.stdin != nil { // a nil *os.File is not a nil io.Reader
		command.Stdin = plan.stdin
	}
	command.Stdout = log
	command.Stderr = log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: plan.credential}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}

	p := &Process{
		PID:    command.Process.Pid,
		t:      t,
		name:   plan.command[0],
		log:    plan.log,
		exited: make(chan struct{}),
	}
	go func() {
		command.Wait() // how it ended is seen from its output
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.Stop()
		if t.Failed() {
			t.Logf("end of the output of %s:\n%s", p.name, lastLines(p.Stderr(), 40))
		}
	})
	return p
}

// Stderr is what the process and its children have written so far, to stdout as
// well as to stderr.
func (p *Process) Stderr() string {
	content, err := os.ReadFile(p.log)
	if err != nil {
		p.t.Error(err)
	}
	return string(content)
}

// Exited is closed when the process has ended.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// Signal sends a signal to the process, not to its children.
func (p *Process) Signal(signal syscall.Signal) {
	p.t.Helper()
	if err := syscall.Kill(p.PID, signal); err != nil {
		p.t.Errorf("%s: %v: %v", p.name, signal, err)
	}
}

// Stop sends SIGTERM, and waits until the process and its children are gone. The
// end of the test does so too.
func (p *Process) Stop() {
	p.t.Helper()
	if p.stopped {
		return
	}
	p.stopped = true

	syscall.Kill(p.PID, syscall.SIGTERM) // it may have ended by itself
	if waitUntil(p.hasExited) && waitUntil(p.groupIsGone) {
		return
	}
	p.t.Errorf("%s: still there %v after SIGTERM", p.name, patience)
	syscall.Kill(-p.PID, syscall.SIGKILL)
	waitUntil(p.groupIsGone)
}

func (p *Process) hasExited() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

func (p *Process) groupIsGone() bool {
	return errors.Is(syscall.Kill(-p.PID, 0), syscall.ESRCH)
}

// awaitOutput waits until the process has written text more often than times.
func (p *Process) awaitOutput(text string, times int) error {
	written := func() bool { return strings.Count(p.Stderr(), text) > times }
	waitUntil(func() bool { return written() || p.hasExited() })
	switch {
	case written():
		return nil
	case p.hasExited():
		return fmt.Errorf("%s ended: %s", p.name, lastLines(p.Stderr(), 10))
	default:
		return fmt.Errorf("%s: no %q within %v: %s", p.name, text, patience, lastLines(p.Stderr(), 10))
	}
}

// waitUntil asks again and again, for as long as patience lasts.
func waitUntil(done func() bool) bool {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if done() {
			return true
		}
	}
	return done()
}

func lastLines(text string, count int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}
