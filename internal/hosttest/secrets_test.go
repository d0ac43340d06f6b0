//go:build unix

package hosttest_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aurorahours.com/identity-backend/internal/hosttest"
)

// secret is in every file that nobody may fetch.
const secret = "correct-horse-battery-staple"

// secretFiles lie in the app root, with the modes that a careless upload leaves.
var secretFiles = []string{
	".env", ".env.bak", "env.txt", "clients/careergpt-backend.json", "keys/2026.pem",
	"data/identity.db", "log/audit-2026-11.jsonl", "tmp/restart.txt", ".git/config",
	"config.php", "deploy.sh", "script.cgi", ".draft.html",
}

// appRoots are where the app root may be: where it belongs, and where it should
// never be but will be, sooner or later.
var appRoots = []struct{ name, path, base string }{
	{"beside", "identity-backend", "/identity-backend/../identity-backend/"},
	{"public", "public_html/identity-backend", "/identity-backend/"},
	{"inside", "public_html/identity-backend/identity-backend", "/identity-backend/identity-backend/"},
}

func TestNoSecretIsFetched(t *testing.T) {
	// What is lost of the two locks, the rewriting and the handler that refuses.
	locks := []struct {
		name    string
		edit    func(t *testing.T, account *hosttest.Account)
		options []hosttest.ApacheOption
	}{
		{name: "as it is"},
		{name: "rewriting off", edit: func(t *testing.T, account *hosttest.Account) {
			editHtaccess(t, account, "RewriteEngine On", "RewriteEngine Off")
		}},
		{name: "rewriting overridden below", edit: func(t *testing.T, account *hosttest.Account) {
			if account.AppRoot != account.Public {
				account.WriteFile(filepath.Join(account.AppRoot, ".htaccess"), "RewriteEngine On\n", 0o644)
			}
		}},
		{name: "no mod_rewrite", options: []hosttest.ApacheOption{hosttest.WithoutModules("rewrite")}},
	}
	for _, lock := range locks {
		t.Run(lock.name, func(t *testing.T) {
			for _, appRoot := range appRoots {
				t.Run(appRoot.name, func(t *testing.T) {
					inEachMode(t, func(t *testing.T, mode hosttest.ApacheMode) {
						account := mode.NewAccount(t, echo, secret, hosttest.AppRootAt(appRoot.path))
						for _, name := range secretFiles {
							account.WriteFile(filepath.Join(account.AppRoot, name), "#!/bin/sh\necho "+secret, 0o755)
						}
						if lock.edit != nil {
							lock.edit(t, account)
						}
						server := hosttest.StartApache(t, mode, account, lock.options...)
						if lock.name == "as it is" {
							fetchNothing(t, server, appRoot.base, spellings, true)
						} else {
							fetchNothing(t, server, appRoot.base, fewSpellings, false)
						}
					})
				})
			}
		})
	}
}

// fetchNothing asks for each secret, and for the program and its entry, in each
// of the spellings. If programAnswers, Apache must not answer the plain one by
// itself, not even by a refusal: that would tell which files there are.
func fetchNothing(t *testing.T, server *hosttest.Server, base string, spellings func(base, name string) []string, programAnswers bool) {
	t.Helper()
	others := []string{"identity-backend", "identity.fcgi", ".htaccess", "clients", "keys/"}
	for _, name := range slices.Concat(secretFiles, others) {
		for i, target := range spellings(base, name) {
			got := send(t, server, "GET", target, "")
			switch {
			case strings.Contains(got.Body, secret):
				t.Errorf("GET %s: fetched or run", target)
			case strings.Contains(got.Body, "\x7fELF"), strings.Contains(got.Body, "#!/bin/sh"):
				t.Errorf("GET %s: the source of a program", target)
			case strings.Contains(got.Body, "Index of"):
				t.Errorf("GET %s: an index", target)
			case got.Status < 400 && got.Echo == nil:
				t.Errorf("GET %s: %d, not by the program: %.200s", target, got.Status, got.Body)
			case programAnswers && i == 0 && got.Echo == nil && name != ".htaccess":
				t.Errorf("GET %s: %d by Apache", target, got.Status)
			}
		}
	}
}

// spellings are the ways to write the address of a file, the plain one first.
func spellings(base, name string) []string {
	plain := base + name
	return []string{
		plain,
		plain + "/",
		plain + "/index.html",
		plain + "?page.html",
		plain + "%3Fpage.html",
		plain + "%00.html",
		plain + "%0a.html",
		plain + ";page.html",
		plain + ".",
		plain + "%20",
		plain + "~",
		strings.ToUpper(plain),
		base + strings.ToUpper(name),
		base + strings.ReplaceAll(name, ".", "%2e"),
		base + strings.ReplaceAll(name, "/", "%2f"),
		base + strings.ReplaceAll(name, "e", "%65"),
		"/" + base + "/" + name,
		base + "./" + name,
		base + "%2e/" + name,
		base + "absent/../" + name,
		base + "absent/%2e%2e/" + name,
		"/identity-backend/identity.fcgi/../" + name,
		"/identity-backend/identity.fcgi/" + name,
		"/identity-backend/index.html/" + name,
		"/identity-backend/index.html/../" + name,
		"/identity-backend/../../identity-backend/" + name,
		"/identity-backend/..%2f..%2fidentity-backend/" + name,
	}
}

// fewSpellings are for what goes by the name of the file and not by the address.
func fewSpellings(base, name string) []string { return spellings(base, name)[:4] }
