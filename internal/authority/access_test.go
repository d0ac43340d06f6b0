package authority_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aurorahours.com/identity-backend/internal/authority"
)

func TestAccess(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		access authority.Access
		want   bool
	}{
		{"the zero value", authority.Access{}, false},
		{"open", authority.Access{Open: true}, true},
		{"open, whatever the folder", authority.Access{Open: true, OpenWithoutClients: "\x00"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			checkAccess(t, test.access, test.want)
		})
	}
}

// TestOpenWithoutClients: only a folder that surely holds no client is open to
// all. A test for one that may not be read would pass for root, so the folders
// here cannot be read by anyone.
func TestOpenWithoutClients(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		make func(t *testing.T, home string) // makes home/clients
		want bool
	}{
		{"no folder", func(*testing.T, string) {}, true},
		{"an empty folder", func(t *testing.T, home string) { mkdir(t, home, "clients") }, true},
		{"only other files", func(t *testing.T, home string) {
			for _, name := range []string{"README.md", "a.json.bak", "json", "a.json~", "a.jsonl"} {
				write(t, home, "clients", name)
			}
		}, true},
		{"a client below", func(t *testing.T, home string) { write(t, home, "clients", "old", "a.json") }, true},
		{"a client", func(t *testing.T, home string) { write(t, home, "clients", "a.json") }, false},
		{"a client without a name", func(t *testing.T, home string) { write(t, home, "clients", ".json") }, false},
		{"a client among hundreds of other files", func(t *testing.T, home string) {
			for i := range 300 {
				write(t, home, "clients", fmt.Sprint(i, ".txt"))
			}
			write(t, home, "clients", "a.json")
		}, false},
		{"a folder with the name of a client", func(t *testing.T, home string) { mkdir(t, home, "clients", "a.json") }, false},
		{"a link that leads nowhere, with the name of a client", func(t *testing.T, home string) {
			mkdir(t, home, "clients")
			symlink(t, "nowhere", home, "clients", "a.json")
		}, false},
		{"a link to a folder with a client", func(t *testing.T, home string) {
			write(t, home, "elsewhere", "a.json")
			symlink(t, "elsewhere", home, "clients")
		}, false},
		{"a client named by Windows", func(t *testing.T, home string) { write(t, home, "clients", "A.JSON") }, false},
		{"a link to nowhere", func(t *testing.T, home string) { symlink(t, "nowhere", home, "clients") }, false},
		{"a file in place of the folder", func(t *testing.T, home string) { write(t, home, "clients") }, false},
		{"a link to itself", func(t *testing.T, home string) { symlink(t, "clients", home, "clients") }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			test.make(t, home)
			checkAccess(t, authority.Access{OpenWithoutClients: filepath.Join(home, "clients")}, test.want)
		})
	}
	t.Run("a file in place of the folder above", func(t *testing.T) {
		t.Parallel()
		home := t.TempDir()
		write(t, home, "file")
		checkAccess(t, authority.Access{OpenWithoutClients: filepath.Join(home, "file", "clients")}, false)
	})
	t.Run("no folder above", func(t *testing.T) {
		t.Parallel()
		checkAccess(t, authority.Access{OpenWithoutClients: filepath.Join(t.TempDir(), "missing", "clients")}, true)
	})
	t.Run("a path that cannot be", func(t *testing.T) {
		t.Parallel()
		checkAccess(t, authority.Access{OpenWithoutClients: "a\x00b"}, false)
		checkAccess(t, authority.Access{OpenWithoutClients: filepath.Join(t.TempDir(), strings.Repeat("x", 5000))}, false)
	})
}

// TestAccessChangesAtOnce: nothing is remembered of a folder, for a client may
// be added while other processes run.
func TestAccessChangesAtOnce(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	access := authority.Access{OpenWithoutClients: filepath.Join(home, "clients")}
	checkAccess(t, access, true)
	write(t, home, "clients", "a.json")
	checkAccess(t, access, false)
	if err := os.Remove(filepath.Join(home, "clients", "a.json")); err != nil {
		t.Fatal(err)
	}
	checkAccess(t, access, true)
}

// checkAccess checks the answer, and that a request for a token gets the same.
func checkAccess(t *testing.T, access authority.Access, want bool) {
	t.Helper()
	if got := access.IsOpen(); got != want {
		t.Errorf("open is %v", got)
	}
	a := newAuthority(t)
	a.Access = access
	grant, err := a.Issue(request)
	if want {
		checkCode(t, err, "")
	} else {
		checkCode(t, err, authority.InvalidClient)
	}
	if (grant != nil) != want {
		t.Errorf("granted %v", grant)
	}
}

func mkdir(t *testing.T, elements ...string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(elements...), 0o700); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, elements ...string) {
	t.Helper()
	path := filepath.Join(elements...)
	mkdir(t, filepath.Dir(path))
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

func symlink(t *testing.T, target string, elements ...string) {
	t.Helper()
	if err := os.Symlink(target, filepath.Join(elements...)); err != nil {
		t.Fatal(err)
	}
}
