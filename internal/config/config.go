// Package config is the manual of the program: every setting with its meaning,
// its default and its bounds stands in Settings, and nowhere else.
//
// Load reads each setting from the process environment, else from .env in the
// app root, else takes its default, and says all that is wrong at once. It
// changes nothing: no environment variable is set, no file is written. A web
// server's per-request variables (SetEnv) are settings under CGI, where they are
// the environment, and not under FastCGI.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// A Config is a configuration as loaded. See Settings for the meaning of the
// fields that bear a setting's name.
type Config struct {
	Home string // the app root; Load is given it

	Secret           Secret
	PreviousSecret   Secret
	AllowShortSecret bool
	Issuer           string
	Expiration       time.Duration
	Leeway           time.Duration
	TokenAccess      string // AccessClients, AccessOpen, or empty when unset
	BasePath         string // without a slash at its end: empty for /
	RequireHTTPS     bool

	// Values tell, for each of Settings, what is in force and whence.
	Values []Value
	// Warnings are what is usable, but unwise.
	Warnings Faults
}

// A Value is a setting as it was found.
type Value struct {
	Setting Setting
	Text    string // what was found; empty when Setting.Secret
	Secret  Secret // what was found, when Setting.Secret
	Source  string // "environment", ".env line 3", "default" or "unset"
	Refused bool   // the line in .env cannot be read, which is among the faults
}

// Load reads the configuration of the app root home. The error is of type
// Faults. The Config is never nil: with an error it serves only to be shown.
// Without a home there is no .env: the working directory's may be a stranger's.
func Load(home string, environment Lookup) (*Config, error) {
	c := &Config{Home: home}
	file, unread := c.readDotenv()
	assignments, faults := parseDotenv(file)
	if unread != nil {
		faults = Faults{*unread}
	}
	inFile := make(map[string]assignment, len(assignments))
	for _, a := range assignments {
		inFile[a.name] = a // the last one counts, as for every reader of .env files
	}
	for _, setting := range Settings() {
		value := Value{Setting: setting, Source: "default"}
		text, inEnvironment := environment(setting.Name)
		a, inDotenv := inFile[setting.Name]
		switch {
		case inEnvironment:
			value.Source = "environment"
		case inDotenv:
			text, value.Source, value.Refused = a.value, fmt.Sprintf(".env line %d", a.line), a.refused
		case setting.Default == "":
			value.Source = "unset"
		default:
			text = setting.Default
		}
		if setting.Secret {
			value.Secret = NewSecret(text)
		} else {
			value.Text = text
		}
		c.Values = append(c.Values, value)
		if value.Source == "unset" || value.Refused {
			continue
		}
		fault := &Fault{Problem: "is empty", Remedy: "give it a value, or take it out"}
		if text != "" {
			fault = setting.set(c, text)
		}
		if fault != nil {
			fault.Where = fmt.Sprintf("%s (%s)", setting.Name, value.Source)
			faults = append(faults, *fault)
		}
	}
	if unread == nil && c.Value("JWT_SECRET_KEY").Source == "unset" {
		faults = append(faults, Fault{"JWT_SECRET_KEY", "is not set",
			remedySecret + ", and put it into " + filepath.Join(c.Home, ".env")})
	}
	faults = append(faults, c.secretFaults()...)
	if c.Home != "" {
		if fault := exposed(c.Home, environment); fault != nil {
			faults = append(faults, *fault)
		}
	}
	c.Warnings = append(c.Warnings, strayNames(assignments)...)
	if len(faults) > 0 {
		return c, faults
	}
	return c, nil
}

// ClientsDir holds a file for each registered client.
func (c *Config) ClientsDir() string { return filepath.Join(c.Home, "clients") }

// Value finds what is in force for a setting by its name.
func (c *Config) Value(name string) Value {
	for _, v := range c.Values {
		if v.Setting.Name == name {
			return v
		}
	}
	return Value{}
}

// readDotenv reads .env in the app root. That there is none is no fault: the
// environment may hold every setting.
func (c *Config) readDotenv() ([]byte, *Fault) {
	if c.Home == "" {
		return nil, nil
	}
	path := filepath.Join(c.Home, ".env")
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		return nil, &Fault{path, "is not a plain file", "put a file of NAME=value lines in its place"}
	}
	var text []byte
	if err == nil {
		text, err = readBounded(path)
	}
	if err != nil {
		return nil, &Fault{path, "cannot be read (" + reason(err) + ")", "run: chmod 600 .env, as the account that owns it"}
	}
	// Windows has no such bits: Go makes them up.
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		c.Warnings = append(c.Warnings, Fault{path,
			fmt.Sprintf("can be read or written by others (mode %04o)", mode), "run: chmod 600 " + path})
	}
	if len(text) > maxDotenvBytes {
		return nil, &Fault{path, fmt.Sprintf("is larger than %d KiB", maxDotenvBytes>>10), "keep only NAME=value lines in it"}
	}
	return text, nil
}

// maxDotenvBytes bounds the .env file. A real one has a few hundred bytes.
const maxDotenvBytes = 64 << 10

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxDotenvBytes+1))
}

// reason is an error of the file system without the path.
func reason(err error) string {
	if pathError := (*fs.PathError)(nil); errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

// secretFaults are the faults of a secret's length, which depend on another
// setting.
func (c *Config) secretFaults() Faults {
	var faults Faults
	for _, secret := range []struct {
		name  string
		value []byte
	}{
		{"JWT_SECRET_KEY", c.Secret.Bytes()},
		{"JWT_PREVIOUS_SECRET_KEY", c.PreviousSecret.Bytes()},
	} {
		where := fmt.Sprintf("%s (%s)", secret.name, c.Value(secret.name).Source)
		length := len(secret.value)
		switch {
		case length == 0:
		case length < MinSecretBytes && !c.AllowShortSecret:
			faults = append(faults, Fault{where,
				fmt.Sprintf("has %d bytes where HS256 needs %d (RFC 7518 section 3.2)", length, MinSecretBytes),
				remedySecret + ", or set JWT_ALLOW_SHORT_SECRET=true to keep it for now"})
		case length < MinSecretBytes:
			c.Warnings = append(c.Warnings, Fault{where,
				fmt.Sprintf("has %d bytes where HS256 needs %d", length, MinSecretBytes),
				"change it in every service that shares it; " + remedySecret})
		case fewCharacters(secret.value):
			c.Warnings = append(c.Warnings, Fault{where, "repeats a few characters", remedySecret})
		}
	}
	return faults
}

// looksLikeOurs tells a setting that was misspelt from one of another program.
func looksLikeOurs(name string) bool {
	for _, prefix := range []string{"JWT_", "TOKEN_", "BASE_", "REQUIRE_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// strayNames warns of lines in .env that have no effect.
func strayNames(assignments []assignment) Faults {
	known := make(map[string]bool)
	for _, s := range Settings() {
		known[s.Name] = true
	}
	var warnings Faults
	seen := make(map[string]int)
	for _, a := range assignments {
		if !known[a.name] && looksLikeOurs(a.name) {
			warnings = append(warnings, at(a.line, "sets a name that is no setting", "see the names in .env.example"))
		}
		if before := seen[a.name]; before != 0 {
			warnings = append(warnings, at(a.line, fmt.Sprintf("sets a name again that line %d sets", before), "the last one counts; take the other out"))
		}
		seen[a.name] = a.line
	}
	return warnings
}
