//go:build unix

package hosttest_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aurorahours.com/identity-backend/internal/hosttest"
)

// shells are what /bin/sh is on hosts: dash on Debian, bash on AlmaLinux.
var shells = []string{"dash", "bash"}

func inEachShell(t *testing.T, test func(t *testing.T, shell string)) {
	for _, shell := range shells {
		t.Run(shell, func(t *testing.T) {
			path, err := exec.LookPath(shell)
			hosttest.Need(t, err == nil, shell+": apt-get install "+shell)
			test(t, path)
		})
	}
}

// printer stands in for the program: it prints what it was given.
const printer = `#!/bin/sh
echo "$# arguments, GOMAXPROCS=$GOMAXPROCS, $0"
`

func TestEntryFindsProgram(t *testing.T) {
	program := filepath.Join(t.TempDir(), "printer")
	if err := os.WriteFile(program, []byte(printer), 0o755); err != nil {
		t.Fatal(err)
	}
	inEachShell(t, func(t *testing.T, shell string) {
		for _, appRoot := range appRoots {
			t.Run(appRoot.name, func(t *testing.T) {
				account := hosttest.NewAccount(t, program, "", hosttest.AppRootAt(appRoot.path))
				// A folder of this name on the way is no program.
				decoy := filepath.Join(account.Public, "identity-backend")
				if appRoot.name == "beside" {
					account.WriteFile(filepath.Join(decoy, "identity-backend", "file"), "", 0o644)
				}

				got, stderr, err := runEntry(shell, account, nil, "dev", "client add")
				if err != nil {
					t.Fatal(err, stderr)
				}
				if want := "0 arguments, GOMAXPROCS=1, " + account.Binary() + "\n"; got != want {
					t.Errorf("got %q, want %q", got, want)
				}
				got, _, err = runEntry(shell, account, []string{"GOMAXPROCS=4"})
				if err != nil || !strings.Contains(got, "GOMAXPROCS=4") {
					t.Errorf("GOMAXPROCS=4: %q, %v", got, err)
				}
			})
		}
	})
}

// The folder need not have the program's name.
func TestEntryBesideProgram(t *testing.T) {
	inEachShell(t, func(t *testing.T, shell string) {
		account := hosttest.NewAccount(t, echo, "", hosttest.AppRootAt("public_html/identity-backend"))
		moved := filepath.Join(account.Home, "public_html", "auth")
		if err := os.Rename(account.Public, moved); err != nil {
			t.Fatal(err)
		}
		account.Public = moved
		_, stderr, _ := runEntry(shell, account, nil)
		if !strings.HasPrefix(stderr, "echo:") { // it is no CGI request
			t.Errorf("stderr %q, want a word from the program", stderr)
		}
	})
}

func TestEntryWithoutProgram(t *testing.T) {
	inEachShell(t, func(t *testing.T, shell string) {
		account := hosttest.NewAccount(t, echo, "")
		// There, but not executable.
		if err := os.Chmod(account.Binary(), 0o644); err != nil {
			t.Fatal(err)
		}
		stdout, stderr, err := runEntry(shell, account, nil)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("%v, want exit status 1", err)
		}
		if stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "chmod 755") {
			t.Errorf("stdout %q, stderr %q, want one line with the remedy", stdout, stderr)
		}
	})
}

// What lies above the home belongs to somebody else, who could have it run.
func TestEntryStaysInHome(t *testing.T) {
	inEachShell(t, func(t *testing.T, shell string) {
		account := hosttest.NewAccount(t, echo, "")
		if err := os.Remove(account.Binary()); err != nil {
			t.Fatal(err)
		}
		entry := exec.Command(shell, "-x", account.Entry())
		entry.Dir = account.Public
		trace, _ := entry.CombinedOutput()
		if !strings.Contains(string(trace), "start "+account.Binary()+"\n") {
			t.Errorf("home not looked at: %s", trace)
		}
		if strings.Contains(string(trace), "start /identity-backend/") ||
			strings.Contains(string(trace), "start /"+strings.Split(account.Home, "/")[1]+"/identity-backend/") {
			t.Errorf("looked above the home: %s", trace)
		}
	})
}

func TestDeployedFilesHaveUnixLineEndings(t *testing.T) {
	account := hosttest.NewAccount(t, echo, "")
	for _, path := range []string{account.Entry(), filepath.Join(account.Public, ".htaccess")} {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "\r") {
			t.Errorf("%s has CR line endings: the kernel would not find its interpreter", filepath.Base(path))
		}
	}
}

func runEntry(shell string, account *hosttest.Account, env []string, arguments ...string) (stdout, stderr string, err error) {
	var out, log strings.Builder
	entry := exec.Command(shell, append([]string{account.Entry()}, arguments...)...)
	entry.Dir = account.Public
	entry.Env = append([]string{"PATH="}, env...) // whatever it forks is not found
	entry.Stdout = &out
	entry.Stderr = &log
	err = entry.Run()
	return out.String(), log.String(), err
}
