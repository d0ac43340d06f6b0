package gateway

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestRestartFile(t *testing.T) {
	home := t.TempDir()
	path := filepath.Join(home, "tmp", "restart.txt")
	file := WatchRestartFile(home)
	step := func(what string, want bool) {
		t.Helper()
		if got := file.Changed(); got != want {
			t.Errorf("%s: changed is %v", what, got)
		}
		if file.Changed() {
			t.Errorf("%s: changed twice", what)
		}
	}
	step("no folder", false)
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	step("no file", false)
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(path, "")
	step("a new file", true)
	touch := func(at time.Time) {
		t.Helper()
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	touch(now.Add(time.Nanosecond * 1000))
	step("touched", true)
	touch(now.Add(-time.Hour))
	step("touched into the past", true)
	write(path, "x")
	touch(now.Add(-time.Hour))
	step("written with the same time", true)
	// Another file with the same time and size, as an upload makes by rename.
	write(path+".new", "y")
	if err := os.Chtimes(path+".new", now.Add(-time.Hour), now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	step("replaced", true)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	step("removed", false)
	if again := WatchRestartFile(home); again.Changed() {
		t.Error("a fresh watch begins with a change")
	}
}
