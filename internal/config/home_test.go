package config

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"testing"
)

func TestFindHome(t *testing.T) {
	account, err := user.LookupId(strconv.Itoa(os.Getuid()))
	if err != nil {
		t.Fatal(err)
	}
	fallback := filepath.Join(account.HomeDir, "identity-backend")
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	for _, dir := range []string{"with", "also", "without", "folder/.env"} {
		if err := os.MkdirAll(at(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"with", "also"} {
		if err := os.WriteFile(filepath.Join(at(dir), ".env"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(at("dangling"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", at("dangling/.env")); err != nil {
		t.Fatal(err)
	}
	// The process itself stands where a .env is, as a document root may.
	t.Chdir(at("with"))

	for _, test := range []struct {
		name       string
		home       string
		set        bool
		executable string
		workingDir string
		want       string // empty: an error
	}{
		{"IDENTITY_HOME", at("without"), true, at("with/binary"), at("also"), at("without")},
		{"IDENTITY_HOME of a web server's process", at("without"), true, at("with/binary"), "", at("without")},
		{"IDENTITY_HOME that is not there", at("nowhere"), true, at("with/binary"), at("also"), at("nowhere")},
		{"IDENTITY_HOME with a slash and dots", at("also") + "/../without/", true, "", "", at("without")},
		{"IDENTITY_HOME relative", "without", true, at("with/binary"), root, at("without")},
		{"IDENTITY_HOME relative, upwards", "../also", true, "", at("with"), at("also")},
		{"IDENTITY_HOME relative for a web server's process", "without", true, at("with/binary"), "", ""},
		{"IDENTITY_HOME a dot for a web server's process", ".", true, at("with/binary"), "", ""},
		{"IDENTITY_HOME empty", "", true, at("with/binary"), at("also"), at("with")},

		{"beside the executable", "", false, at("with/binary"), at("also"), at("with")},
		{"beside the executable of a web server's process", "", false, at("with/binary"), "", at("with")},
		{"beside the executable, unreadable", "", false, at("dangling/binary"), at("also"), at("dangling")},
		{"beside the executable, a folder", "", false, at("folder/binary"), at("also"), at("folder")},
		{"the working directory", "", false, at("without/binary"), at("also"), at("also")},
		{"the working directory of an unknown executable", "", false, "", at("also"), at("also")},

		{"the account", "", false, at("without/binary"), at("without"), fallback},
		{"the account of a web server's process", "", false, at("without/binary"), "", fallback},
		{"an unknown executable of a web server's process", "", false, "", "", fallback},
		{"a relative executable of a web server's process", "", false, "binary", "", fallback},
		{"a relative working directory", "", false, at("without/binary"), ".", fallback},
	} {
		for _, home := range []string{"unset", "", at("also"), "relative"} {
			t.Run(test.name+", HOME "+home, func(t *testing.T) {
				t.Setenv("HOME", home)
				if home == "unset" {
					os.Unsetenv("HOME") // t.Setenv restores it
				}
				environment := environ{"HOME": home}
				if test.set {
					environment["IDENTITY_HOME"] = test.home
				}
				got, err := FindHome(environment.lookup, test.executable, test.workingDir)
				if got != test.want || (err == nil) != (test.want != "") {
					t.Errorf("found %q, %v, not %q", got, err, test.want)
				}
			})
		}
	}
}
