//go:build unix

package hosttest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aurorahours.com/identity-backend/internal/hosttest"
)

// siteHtaccess is what a site often has in its public_html.
const siteHtaccess = `RewriteEngine On
RewriteCond %{HTTPS} !=on
RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]
`

func TestRequestReachesProgram(t *testing.T) {
	inEachMode(t, func(t *testing.T, mode hosttest.ApacheMode) {
		server := hosttest.StartApache(t, mode, mode.NewAccount(t, echo, ""))
		got := send(t, server, "POST", "/identity-backend/token?a=b", "0123456789", "Authorization: Basic eDp5").mustEcho(t)

		want := "cgi"
		if mode.FastCGI() {
			want = "fastcgi"
		}
		if got.Mode != want {
			t.Errorf("mode %q, want %q", got.Mode, want)
		}
		if got.Method != "POST" || got.Path != "/identity-backend/token" || got.Query != "a=b" || got.BodyLength != 10 {
			t.Errorf("request %+v", got)
		}
		if got.Authorization != "Basic eDp5" {
			t.Errorf("authorization %q", got.Authorization)
		}
		if !strings.HasPrefix(got.Remote, "127.0.0.1:") {
			t.Errorf("remote address %q", got.Remote)
		}
		if !strings.HasSuffix(got.Folder, "/public_html/identity-backend") {
			t.Errorf("working directory %q", got.Folder)
		}
		if os.Getuid() == 0 && got.User == 0 {
			t.Error("the program runs as root")
		}
	})
}

// Each of the two ways has to do by itself: a server may know only one.
func TestAuthorizationEitherWay(t *testing.T) {
	tests := []struct{ name, without string }{
		{"SetEnvIf", "CGIPassAuth On"},
		{"CGIPassAuth", `SetEnvIf Authorization "(.+)" HTTP_AUTHORIZATION=$1`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inEachMode(t, func(t *testing.T, mode hosttest.ApacheMode) {
				account := mode.NewAccount(t, echo, "")
				editHtaccess(t, account, test.without, "")
				server := hosttest.StartApache(t, mode, account)
				for _, target := range []string{"/identity-backend/token", "/identity-backend"} {
					got := send(t, server, "POST", target, "{}", "Authorization: Bearer abc").mustEcho(t)
					if got.Authorization != "Bearer abc" {
						t.Errorf("%s: authorization %q", target, got.Authorization)
					}
				}
			})
		})
	}
}

func TestPostIsNeverRedirected(t *testing.T) {
	targets := []string{
		"/identity-backend",
		"/identity-backend/",
		"/identity-backend/token",
		"/identity-backend/token/",
		"/identity-backend/index.html",
		"/identity-backend/index.html/",
		"/identity-backend/identity.fcgi",
		"/identity-backend/folder",
		"/identity-backend/folder/",
		"/identity-backend/.well-known/jwks.json",
		"/identity-backend?a=b",
		"/identity-backend/a%3Fb",
	}
	inEachMode(t, func(t *testing.T, mode hosttest.ApacheMode) {
		account := mode.NewAccount(t, echo, "")
		account.WriteFile(filepath.Join(account.Public, "..", ".htaccess"), siteHtaccess, 0o644)
		account.WriteFile(filepath.Join(account.Public, "folder", "index.html"), "page", 0o644)
		server := hosttest.StartApache(t, mode, account)
		for _, target := range targets {
			for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
				got := send(t, server, method, target, "0123456789")
				if got.Echo == nil {
					t.Errorf("%s %s: answered by Apache: %d, Location %q", method, target, got.Status, got.Header.Get("Location"))
				} else if got.Echo.Method != method || got.Echo.BodyLength != 10 {
					t.Errorf("%s %s: arrived as %+v", method, target, got.Echo)
				}
			}
		}
	})
}

func TestStaticFiles(t *testing.T) {
	types := map[string]string{
		"page.html":       "text/html",
		"style.css":       "text/css",
		"code.js":         "text/javascript",
		"module.mjs":      "text/javascript",
		"image.png":       "image/png",
		"two.parts.html":  "text/html",
		"app.webmanifest": "application/manifest+json",
		"font.woff2":      "font/woff2",
		"image.svg":       "",
		"favicon.ico":     "",
	}
	notServed := []string{
		"folder/page.html", ".hidden.html", "data.json", "page.html.bak", "page.html~",
		"page.htm", "notes.txt", "archive.zip", "page.php", "script.cgi", "html", "PAGE.HTML",
	}
	inEachMode(t, func(t *testing.T, mode hosttest.ApacheMode) {
		account := mode.NewAccount(t, echo, "")
		for name := range types {
			account.WriteFile(filepath.Join(account.Public, name), "content of "+name, 0o644)
		}
		for _, name := range notServed {
			account.WriteFile(filepath.Join(account.Public, name), "#!/bin/sh\necho not served", 0o755)
		}
		server := hosttest.StartApache(t, mode, account)

		for name, contentType := range types {
			target := "/identity-backend/" + name
			got := send(t, server, "GET", target, "")
			if got.Echo != nil || got.Status != http.StatusOK || got.Body != "content of "+name {
				t.Errorf("GET %s: %+v", target, got)
			}
			if !strings.HasPrefix(got.Header.Get("Content-Type"), contentType) {
				t.Errorf("GET %s: type %q, want %q", target, got.Header.Get("Content-Type"), contentType)
			}
			if got := send(t, server, "HEAD", target, ""); got.Echo != nil || got.Status != http.StatusOK {
				t.Errorf("HEAD %s: %+v", target, got)
			}
			if got := send(t, server, "GET", target+"/more", ""); got.Echo == nil {
				t.Errorf("GET %s/more: %+v", target, got)
			}
		}
		for _, name := range slices.Concat(notServed, []string{"absent.html", "folder", "folder/", "page"}) {
			if got := send(t, server, "GET", "/identity-backend/"+name, ""); got.Echo == nil {
				t.Errorf("GET %s: %+v", name, got)
			}
		}
	})
}

func TestConsole(t *testing.T) {
	inEachMode(t, func(t *testing.T, mode hosttest.ApacheMode) {
		account := mode.NewAccount(t, echo, "")
		server := hosttest.StartApache(t, mode, account)
		targets := []string{"/identity-backend", "/identity-backend/", "/identity-backend?a=b", "/identity-backend/index.html"}
		for _, target := range targets {
			got := send(t, server, "GET", target, "")
			if got.Status != http.StatusOK || !strings.Contains(got.Body, "<title>identity-backend</title>") {
				t.Errorf("GET %s: %+v", target, got)
			}
			if got := send(t, server, "HEAD", target, ""); got.Echo != nil || got.Status != http.StatusOK {
				t.Errorf("HEAD %s: %+v", target, got)
			}
		}

		if err := os.Remove(filepath.Join(account.Public, "index.html")); err != nil {
			t.Fatal(err)
		}
		for _, target := range targets {
			send(t, server, "GET", target, "").mustEcho(t)
		}
	})
}

// Nothing in .htaccess names the address.
func TestOtherAddress(t *testing.T) {
	inEachMode(t, func(t *testing.T, mode hosttest.ApacheMode) {
		account := mode.NewAccount(t, echo, "")
		moved := filepath.Join(account.Home, "public_html", "auth")
		if err := os.Rename(account.Public, moved); err != nil {
			t.Fatal(err)
		}
		account.Public = moved
		server := hosttest.StartApache(t, mode, account,
			hosttest.WithDirectives(`Alias /alias "`+moved+`"`))
		for _, base := range []string{"/auth", "/alias"} {
			for _, path := range []string{"", "/", "/token"} {
				got := send(t, server, "POST", base+path, "{}").mustEcho(t)
				if got.Path != base+path {
					t.Errorf("%s: path %q", base+path, got.Path)
				}
			}
			if got := send(t, server, "GET", base, ""); !strings.Contains(got.Body, "<title>") {
				t.Errorf("GET %s: %+v", base, got)
			}
		}
	})
}

// Apache makes arguments of a query string without "=" (RFC 3875, section 4.4).
func TestQueryIsNoArgument(t *testing.T) {
	inEachMode(t, func(t *testing.T, mode hosttest.ApacheMode) {
		server := hosttest.StartApache(t, mode, mode.NewAccount(t, echo, ""))
		for _, query := range []string{"dev", "client+add", "--help", "init+--home+/tmp", "a%20b"} {
			for _, target := range []string{"/identity-backend/ping", "/identity-backend/identity.fcgi", "/identity-backend"} {
				got := send(t, server, "POST", target+"?"+query, "{}").mustEcho(t)
				if len(got.Arguments) != 0 {
					t.Errorf("%s?%s: arguments %q", target, query, got.Arguments)
				}
				if got.Query != query {
					t.Errorf("%s?%s: query %q", target, query, got.Query)
				}
			}
		}
	})
}

// editHtaccess replaces a line of the account's .htaccess, which must be there.
func editHtaccess(t *testing.T, account *hosttest.Account, line, replacement string) {
	t.Helper()
	path := filepath.Join(account.Public, ".htaccess")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(content), line+"\n") != 1 {
		t.Fatalf("no single line %q in .htaccess", line)
	}
	account.WriteFile(path, strings.Replace(string(content), line+"\n", replacement+"\n", 1), 0o644)
}
