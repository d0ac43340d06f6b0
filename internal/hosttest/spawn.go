//go:build unix

package hosttest

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// fcgidBacklog is how many connections wait in line for a process of mod_fcgid
// (proc_unix.c, FCGID_LISTEN_BACKLOG).
const fcgidBacklog = 5

// FastCGIProcess is a program that serves FastCGI on a unix socket.
type FastCGIProcess struct {
	*Process
	// Socket is the path of the socket.
	Socket string
}

// SpawnFastCGI starts a program as mod_fcgid does: in the folder dir, with a
// listening unix socket as file descriptor 0, stdout and stderr in a file, and no
// more of an environment than PATH, unless env gives one.
//
// The program runs as the current user, even if that is root: see
// [Account.SpawnFastCGI].
func SpawnFastCGI(t testing.TB, command []string, dir string, env []string) *FastCGIProcess {
	t.Helper()
	return spawnFastCGI(t, startPlan{command: command, folder: dir, env: env}, fcgidBacklog)
}

// SpawnFastCGI starts the account's entry as mod_fcgid does, as the user that
// owns the account.
func (a *Account) SpawnFastCGI(env ...string) *FastCGIProcess {
	a.t.Helper()
	return spawnFastCGI(a.t, a.fastCGIPlan(env), fcgidBacklog)
}

func (a *Account) fastCGIPlan(env []string) startPlan {
	plan := startPlan{command: []string{a.Entry()}, folder: a.Public, env: env}
	if os.Getuid() == 0 {
		plan.credential = credentialOf(a.t, a.owner)
	}
	return plan
}

func spawnFastCGI(t testing.TB, plan startPlan, backlog int) *FastCGIProcess {
	t.Helper()
	folder := temporaryFolder(t, os.TempDir())
	socket := filepath.Join(folder, "fastcgi.sock")
	listener := listenUnix(t, socket, backlog)
	defer listener.Close()

	plan.stdin = listener
	plan.log = filepath.Join(folder, "stderr.log")
	if len(plan.env) == 0 {
		plan.env = []string{"PATH=/usr/local/bin:/usr/bin:/bin"}
	}
	return &FastCGIProcess{Process: startProcess(t, plan), Socket: socket}
}

// listenUnix makes a listening socket by system calls: package net would make one
// that does not block, with another backlog, and mod_fcgid hands over neither.
func listenUnix(t testing.TB, path string, backlog int) *os.File {
	t.Helper()
	syscall.ForkLock.RLock()
	descriptor, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(descriptor)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(os.NewSyscallError("socket", err))
	}

	listener := os.NewFile(uintptr(descriptor), path)
	if err := syscall.Bind(descriptor, &syscall.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(os.NewSyscallError("bind", err))
	}
	if err := syscall.Listen(descriptor, backlog); err != nil {
		t.Fatal(os.NewSyscallError("listen", err))
	}
	return listener
}
