package main

import (
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// binary is the program, built as a deploy builds it.
var binary string

func TestMain(m *testing.M) {
	// A script's identity-backend is this test binary, running main.
	testscript.Main(withBinary{m}, map[string]func(){"identity-backend": main})
}

// withBinary builds the program before the tests and removes it after them.
type withBinary struct{ *testing.M }

func (m withBinary) Run() int {
	dir, err := os.MkdirTemp("", "identity-backend-test-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	// Web servers run it as another user.
	if err := os.Chmod(dir, 0o755); err != nil {
		log.Fatal(err)
	}
	binary = filepath.Join(dir, "identity-backend")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		log.Fatalf("go build: %v\n%s", err, out)
	}
	return m.M.Run()
}

// TestScripts plays the command line. Each script is a text that a person can
// read: a command, and what it prints.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true})
}
