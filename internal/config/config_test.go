package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	goodSecret  = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	otherSecret = "fedcba98765432100123456789abcdef"
)

// environ is an environment of these variables.
type environ map[string]string

func (e environ) lookup(name string) (string, bool) {
	value, set := e[name]
	return value, set
}

// appRoot is a folder with this .env.
func appRoot(t *testing.T, dotenv string) string {
	t.Helper()
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".env"), []byte(dotenv), 0o600); err != nil {
		t.Fatal(err)
	}
	return home
}

// faultsOf are the faults in err, each as "where problem".
func faultsOf(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var faults Faults
	if !errors.As(err, &faults) || len(faults) == 0 {
		t.Fatalf("an error of type %T: %v", err, err)
	}
	return brief(t, faults)
}

func brief(t *testing.T, faults Faults) (texts []string) {
	t.Helper()
	for _, f := range faults {
		if f.Where == "" || f.Problem == "" || f.Remedy == "" {
			t.Errorf("a fault without all its parts: %+v", f)
		}
		texts = append(texts, f.Where+" "+f.Problem)
	}
	return texts
}

func TestLoadDefaults(t *testing.T) {
	c, err := Load(t.TempDir(), environ{"JWT_SECRET_KEY": goodSecret}.lookup)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(c.Secret.Bytes()); got != goodSecret {
		t.Errorf("secret %q", got)
	}
	got := *c
	got.Home, got.Secret, got.Values = "", Secret{}, nil
	want := Config{Issuer: "identity-backend", Expiration: 15 * time.Minute, BasePath: "/identity-backend", RequireHTTPS: true}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("defaults %+v, not %+v", got, want)
	}
	if dir := filepath.Join(c.Home, "clients"); c.ClientsDir() != dir {
		t.Errorf("clients in %s, not in %s", c.ClientsDir(), dir)
	}
}

func TestLoadPrecedence(t *testing.T) {
	for _, test := range []struct {
		name   string
		dotenv string
		env    environ
		want   string
		source string
	}{
		{"default", "", nil, "identity-backend", "default"},
		{".env over the default", "\nJWT_ISSUER=file\n", nil, "file", ".env line 2"},
		{"environment over .env", "JWT_ISSUER=file\n", environ{"JWT_ISSUER": "env"}, "env", "environment"},
		{"environment over the default", "", environ{"JWT_ISSUER": "env"}, "env", "environment"},
		{"the last line of .env", "JWT_ISSUER=a\nJWT_ISSUER=b\n", nil, "b", ".env line 2"},
		{"a value of many lines before", "X='\n\n'\nJWT_ISSUER=b\n", nil, "b", ".env line 4"},
		{"environment as it is, not expanded", "", environ{"JWT_ISSUER": "'$FOO' # ${BAR}"}, "'$FOO' # ${BAR}", "environment"},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := environ{"JWT_SECRET_KEY": goodSecret}
			for name, value := range test.env {
				env[name] = value
			}
			c, err := Load(appRoot(t, test.dotenv), env.lookup)
			if err != nil {
				t.Fatal(err)
			}
			if c.Issuer != test.want {
				t.Errorf("issuer %q, not %q", c.Issuer, test.want)
			}
			if v := c.Value("JWT_ISSUER"); v.Text != test.want || v.Source != test.source {
				t.Errorf("%q from %q, not %q from %q", v.Text, v.Source, test.want, test.source)
			}
			if v := c.Value("JWT_SECRET_KEY"); v.Source != "environment" || string(v.Secret.Bytes()) != goodSecret {
				t.Errorf("secret from %q", v.Source)
			}
			if v := c.Value("TOKEN_ACCESS"); v.Source != "unset" || v.Text != "" {
				t.Errorf("TOKEN_ACCESS %q from %q", v.Text, v.Source)
			}
		})
	}
}

// TestLoadChangesNothing holds that no variable is exported to children.
func TestLoadChangesNothing(t *testing.T) {
	before := os.Environ()
	if _, err := Load(appRoot(t, "JWT_SECRET_KEY="+goodSecret+"\nSOME_OTHER=x\n"), environ{}.lookup); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, os.Environ()) {
		t.Error("the environment is another after Load")
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	home := appRoot(t, "JWT_SECRET_KEY=ab$FOO\nnonsense\nJWT_ISSUER=\nJWT_EXPIRATION_MINUTES=0\nBASE_PATH=x\nTOKEN_ACCESS=x\nREQUIRE_HTTPS=x\n")
	_, err := Load(home, environ{"JWT_PREVIOUS_SECRET_KEY": "short", "JWT_ALGORITHM": "none"}.lookup)
	want := []string{
		".env line 1 holds a $, a backslash or a quote that readers of .env files change",
		".env line 2 has no = after the name",
		"JWT_ISSUER (.env line 3) is empty",
		"JWT_EXPIRATION_MINUTES (.env line 4) is out of bounds",
		"JWT_ALGORITHM (environment) is not an algorithm of this version",
		"TOKEN_ACCESS (.env line 6) is neither clients nor open",
		"BASE_PATH (.env line 5) is not a plain URL path",
		"REQUIRE_HTTPS (.env line 7) is neither true nor false",
		"JWT_PREVIOUS_SECRET_KEY (environment) has 5 bytes where HS256 needs 32 (RFC 7518 section 3.2)",
	}
	if got := faultsOf(t, err); !slices.Equal(got, want) {
		t.Errorf("faults\n%q, not\n%q", got, want)
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines != len(want) {
		t.Errorf("%d faults take %d lines", len(want), lines)
	}
}

func TestRefusedLine(t *testing.T) {
	c, err := Load(appRoot(t, "JWT_ISSUER=a$B\nREQUIRE_HTTPS=$B\n"), environ{"JWT_SECRET_KEY": goodSecret, "REQUIRE_HTTPS": "false"}.lookup)
	want := []string{".env line 1 holds a $, a backslash or a quote that readers of .env files change", ".env line 2 holds a $, a backslash or a quote that readers of .env files change"}
	if got := faultsOf(t, err); !slices.Equal(got, want) {
		t.Errorf("faults %q", got)
	}
	if v := c.Value("JWT_ISSUER"); !v.Refused || v.Source != ".env line 1" || v.Text != "" {
		t.Errorf("JWT_ISSUER shows as %+v", v)
	}
	if v := c.Value("REQUIRE_HTTPS"); v.Refused || v.Source != "environment" || v.Text != "false" {
		t.Errorf("REQUIRE_HTTPS shows as %+v", v)
	}
}

func TestDotenvFile(t *testing.T) {
	write := func(t *testing.T, home, text string, mode fs.FileMode) {
		t.Helper()
		path := filepath.Join(home, ".env")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil { // past the umask
			t.Fatal(err)
		}
	}
	const text = "JWT_SECRET_KEY=" + goodSecret + "\n"
	padding := strings.Repeat("#", maxDotenvBytes-len(text))
	for _, test := range []struct {
		name    string
		make    func(t *testing.T, home string)
		faults  []string // HOME stands for the app root
		warning string
	}{
		{"missing", func(*testing.T, string) {}, []string{"JWT_SECRET_KEY is not set"}, ""},
		{"mode 0600", func(t *testing.T, home string) { write(t, home, text, 0o600) }, nil, ""},
		{"mode 0400", func(t *testing.T, home string) { write(t, home, text, 0o400) }, nil, ""},
		{"mode 0644", func(t *testing.T, home string) { write(t, home, text, 0o644) }, nil, "can be read or written by others (mode 0644)"},
		{"mode 0640", func(t *testing.T, home string) { write(t, home, text, 0o640) }, nil, "can be read or written by others (mode 0640)"},
		{"mode 0602", func(t *testing.T, home string) { write(t, home, text, 0o602) }, nil, "can be read or written by others (mode 0602)"},
		{"a folder", func(t *testing.T, home string) {
			if err := os.Mkdir(filepath.Join(home, ".env"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, []string{"HOME/.env is not a plain file"}, ""},
		{"a link to a file", func(t *testing.T, home string) {
			write(t, home, text, 0o600)
			if err := os.Rename(filepath.Join(home, ".env"), filepath.Join(home, "shared")); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("shared", filepath.Join(home, ".env")); err != nil {
				t.Fatal(err)
			}
		}, nil, ""},
		// A loop cannot be opened by root either.
		{"unreadable", func(t *testing.T, home string) {
			if err := os.Symlink(".env", filepath.Join(home, ".env")); err != nil {
				t.Fatal(err)
			}
		}, []string{"HOME/.env cannot be read (" + syscall.ELOOP.Error() + ")"}, ""},
		{"as large as may be", func(t *testing.T, home string) { write(t, home, text+padding, 0o600) }, nil, ""},
		{"too large", func(t *testing.T, home string) { write(t, home, text+padding+"#", 0o600) }, []string{"HOME/.env is larger than 64 KiB"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if runtime.GOOS == "windows" {
				t.Skip("Windows has no such modes and errors")
			}
			home := t.TempDir()
			test.make(t, home)
			c, err := Load(home, environ{}.lookup)
			var faults []string
			for _, f := range faultsOf(t, err) {
				faults = append(faults, strings.ReplaceAll(f, home, "HOME"))
			}
			if !slices.Equal(faults, test.faults) {
				t.Errorf("faults %q, not %q", faults, test.faults)
			}
			holdsOne(t, "warnings", brief(t, c.Warnings), filepath.Join(home, ".env"), test.warning)
		})
	}
}

// A program that has no app root must not read the .env of whatever folder it
// stands in.
func TestLoadWithoutHome(t *testing.T) {
	t.Chdir(appRoot(t, "JWT_ISSUER=a stranger\nnonsense\n"))
	c, err := Load("", environ{"JWT_SECRET_KEY": goodSecret}.lookup)
	if err != nil {
		t.Fatal(err)
	}
	if c.Issuer != "identity-backend" {
		t.Errorf("issuer %q", c.Issuer)
	}
}
