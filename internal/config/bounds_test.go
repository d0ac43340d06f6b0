package config

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestBounds gives each setting values within and without its bounds, from the
// environment and from .env.
func TestBounds(t *testing.T) {
	show := map[string]func(*Config) any{
		"JWT_SECRET_KEY":          func(c *Config) any { return string(c.Secret.Bytes()) },
		"JWT_PREVIOUS_SECRET_KEY": func(c *Config) any { return string(c.PreviousSecret.Bytes()) },
		"JWT_ALLOW_SHORT_SECRET":  func(c *Config) any { return c.AllowShortSecret },
		"JWT_ISSUER":              func(c *Config) any { return c.Issuer },
		"JWT_EXPIRATION_MINUTES":  func(c *Config) any { return c.Expiration },
		"JWT_LEEWAY_SECONDS":      func(c *Config) any { return c.Leeway },
		"JWT_ALGORITHM":           func(c *Config) any { return c.Value("JWT_ALGORITHM").Text },
		"TOKEN_ACCESS":            func(c *Config) any { return c.TokenAccess },
		"BASE_PATH":               func(c *Config) any { return c.BasePath },
		"REQUIRE_HTTPS":           func(c *Config) any { return c.RequireHTTPS },
	}
	const (
		empty     = "is empty: give it a value, or take it out"
		neither   = "is neither true nor false: use true or false"
		minutes   = "is out of bounds: use a whole number from 1 to 1440"
		seconds   = "is out of bounds: use a whole number from 0 to 60"
		issuer    = "is too long, not UTF-8, or holds a control character: use at most 256 bytes of plain text"
		algorithm = "is not an algorithm of this version: use HS256, or take the line out"
		access    = "is neither clients nor open: use clients; open only on a private network"
		path      = "is not a plain URL path: write it like /identity-backend"
		known     = "is a placeholder from documentation, known to everyone: " + remedySecret
		short     = "has %d bytes where HS256 needs 32 (RFC 7518 section 3.2): " + remedySecret + ", or set JWT_ALLOW_SHORT_SECRET=true to keep it for now"
	)
	type row struct {
		setting, value string
		want           any    // what the Config holds
		fault          string // else
	}
	var rows []row
	good := func(setting, value string, want any) { rows = append(rows, row{setting, value, want, ""}) }
	bad := func(setting, fault string, values ...string) {
		for _, value := range values {
			rows = append(rows, row{setting, value, nil, fault})
		}
	}
	for _, s := range Settings() {
		if show[s.Name] == nil {
			t.Errorf("no test of %s", s.Name)
		}
		bad(s.Name, empty, "")
	}
	for _, secret := range []string{"JWT_SECRET_KEY", "JWT_PREVIOUS_SECRET_KEY"} {
		for _, value := range []string{otherSecret, strings.Repeat("0123456789", 100), "鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵"} {
			good(secret, value, value)
		}
		bad(secret, fmt.Sprintf(short, 31), otherSecret[1:])
		bad(secret, fmt.Sprintf(short, 30), "鍵鍵鍵鍵鍵鍵鍵鍵鍵鍵")
		bad(secret, fmt.Sprintf(short, 1), "x")
		bad(secret, known, "<generate-a-strong-random-string>")
	}
	for _, setting := range []string{"JWT_ALLOW_SHORT_SECRET", "REQUIRE_HTTPS"} {
		for _, value := range []string{"true", "True", "TRUE"} {
			good(setting, value, true)
		}
		for _, value := range []string{"false", "False"} {
			good(setting, value, false)
		}
		bad(setting, neither, "1", "0", "yes", "no", "on", "off", "t", "truе", "true ", "nil")
	}
	good("JWT_ISSUER", "a", "a")
	good("JWT_ISSUER", "https://example.com/identity-backend", "https://example.com/identity-backend")
	good("JWT_ISSUER", strings.Repeat("i", 256), strings.Repeat("i", 256))
	good("JWT_ISSUER", strings.Repeat("ü", 128), strings.Repeat("ü", 128))
	bad("JWT_ISSUER", issuer, strings.Repeat("i", 257), strings.Repeat("ü", 129), "a\nb", "a\tb", "a\x00", "a\x7f", "a\xff")
	good("JWT_EXPIRATION_MINUTES", "1", time.Minute)
	good("JWT_EXPIRATION_MINUTES", "1440", 24*time.Hour)
	bad("JWT_EXPIRATION_MINUTES", minutes, "0", "-1", "1441", "15m", "1.5", "1e2", "0x10", "1_0", " 15", "15 min", "١٥", "99999999999999999999", "NaN")
	good("JWT_LEEWAY_SECONDS", "0", time.Duration(0))
	good("JWT_LEEWAY_SECONDS", "60", time.Minute)
	bad("JWT_LEEWAY_SECONDS", seconds, "-1", "61", "5s", "none")
	good("JWT_ALGORITHM", "HS256", "HS256")
	bad("JWT_ALGORITHM", algorithm, "none", "None", "HS384", "HS512", "hs256", "RS256", "HS256 ", "HS256,none")
	good("TOKEN_ACCESS", "clients", AccessClients)
	good("TOKEN_ACCESS", "open", AccessOpen)
	bad("TOKEN_ACCESS", access, "Open", "OPEN", "client", "closed", "true", "open ", "clients,open")
	for value, want := range map[string]string{"/": "", "/a": "/a", "/a/": "/a", "/a/b-c/": "/a/b-c", "/a.b_c~1": "/a.b_c~1", "/.a": "/.a", "/...": "/...", "/a..": "/a.."} {
		good("BASE_PATH", value, want)
	}
	bad("BASE_PATH", path, "a", "identity-backend", "//", "//evil.example", "/a//b", "/a//", "/.", "/..", "/a/.", "/a/../b", "/./a", "/a/..",
		"/a?b", "/a#b", "/a b", "/%41", `/a\b`, `\a`, "/ü", "/a:b", "/a;b", "/a\n", "https://example.com/a", " /a")

	for _, r := range rows {
		load := func(t *testing.T, source string, dotenv string, env environ) {
			if r.setting != "JWT_SECRET_KEY" {
				env["JWT_SECRET_KEY"] = goodSecret
			}
			c, err := Load(appRoot(t, dotenv), env.lookup)
			if r.fault == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				if got := show[r.setting](c); got != r.want {
					t.Errorf("%v, not %v", got, r.want)
				}
				return
			}
			if err == nil {
				t.Fatalf("accepted as %v", show[r.setting](c))
			}
			if want := r.setting + " (" + source + ") " + r.fault; err.Error() != want {
				t.Errorf("fault %q, not %q", err, want)
			}
		}
		name := fmt.Sprintf("%s=%.40q", r.setting, r.value)
		t.Run(name, func(t *testing.T) { load(t, "environment", "", environ{r.setting: r.value}) })
		if utf8.ValidString(r.value) && !strings.ContainsAny(r.value, "\x00\x7f\\") {
			t.Run(name+" in .env", func(t *testing.T) {
				load(t, ".env line 2", "# a\n"+r.setting+"='"+r.value+"'\n", environ{})
			})
		}
	}
}
