package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExposed places the app root in and beside document roots, with and
// without what keeps Apache out of it.
func TestExposed(t *testing.T) {
	for _, test := range []struct {
		name         string
		home         string
		documentRoot string
		files        []string
		exposed      bool
	}{
		{name: "where it belongs", home: "identity-backend", documentRoot: "public_html"},
		{name: "beside the entry's folder", home: "public_html/identity", documentRoot: "public_html", exposed: true},
		{name: "the same, on the command line", home: "public_html/identity", exposed: true},
		{name: "the same, locked", home: "public_html/identity", files: []string{"public_html/identity/.htaccess"}},
		{name: "under another site's .htaccess", home: "public_html/identity", files: []string{"public_html/.htaccess"}, exposed: true},
		{name: "the entry's folder", home: "public_html/auth", files: []string{"public_html/auth/.htaccess", "public_html/auth/identity.fcgi"}},
		{name: "inside the entry's folder", home: "public_html/auth/identity-backend", files: []string{"public_html/auth/.htaccess"}},
		{name: "an addon domain", home: "shop.example/identity-backend", documentRoot: "shop.example", exposed: true},
		{name: "the document root itself", home: "shop.example", documentRoot: "shop.example", exposed: true},
		{name: "a subdomain that is the entry's folder", home: "auth.example/identity-backend", documentRoot: "auth.example", files: []string{"auth.example/.htaccess", "auth.example/identity.fcgi"}},
		{name: "a name that only begins alike", home: "shop.example.old", documentRoot: "shop.example"},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			home := filepath.Join(root, filepath.FromSlash(test.home))
			for _, folder := range []string{home, filepath.Join(root, filepath.FromSlash(test.documentRoot))} {
				if err := os.MkdirAll(folder, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range test.files {
				if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(name)), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			environment := map[string]string{"JWT_SECRET_KEY": strings.Repeat("0123456789abcdef", 4)}
			if test.documentRoot != "" {
				environment["DOCUMENT_ROOT"] = filepath.Join(root, filepath.FromSlash(test.documentRoot))
			}
			_, err := Load(home, func(name string) (string, bool) {
				value, found := environment[name]
				return value, found
			})
			if got := err != nil && strings.Contains(err.Error(), "lies in the document root"); got != test.exposed {
				t.Errorf("got %v", err)
			}
		})
	}
}
