package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Setting is one line of the manual.
type Setting struct {
	Name    string
	Default string // as it would stand in .env; empty: none
	Bounds  string // what values it takes, for a person
	Meaning string // a sentence or two
	Secret  bool   // its value is never shown

	// set puts a value into the configuration. Its fault has no Where.
	set func(*Config, string) *Fault
}

// Settings is the manual: every setting that this version knows, in the order
// of .env.example. Load, check, .env.example and the README's table come from it.
func Settings() []Setting {
	return []Setting{
		{
			Name:    "JWT_SECRET_KEY",
			Bounds:  "at least 32 bytes",
			Meaning: "The HS256 secret that signs tokens, shared with every service that checks them. Its raw UTF-8 bytes are the key.",
			Secret:  true,
			set:     secretSetting(func(c *Config) *Secret { return &c.Secret }),
		},
		{
			Name:    "JWT_PREVIOUS_SECRET_KEY",
			Bounds:  "at least 32 bytes",
			Meaning: "The secret before the present one. /verify still accepts it; it never signs.",
			Secret:  true,
			set:     secretSetting(func(c *Config) *Secret { return &c.PreviousSecret }),
		},
		{
			Name:    "JWT_ALLOW_SHORT_SECRET",
			Default: "false",
			Bounds:  "true or false",
			Meaning: "Keeps an old secret that is shorter than 32 bytes in use. A short secret can be guessed from one token.",
			set:     boolSetting(func(c *Config) *bool { return &c.AllowShortSecret }),
		},
		{
			Name:    "JWT_ISSUER",
			Default: "identity-backend",
			Bounds:  "1 to 256 bytes",
			Meaning: "The iss claim of every token. /verify accepts no other.",
			set: func(c *Config, value string) *Fault {
				// Invalid UTF-8 would change in the token's JSON, and no token verify.
				if len(value) > 256 || !utf8.ValidString(value) || strings.ContainsFunc(value, isControl) {
					return &Fault{Problem: "is too long, not UTF-8, or holds a control character", Remedy: "use at most 256 bytes of plain text"}
				}
				c.Issuer = value
				return nil
			},
		},
		{
			Name:    "JWT_EXPIRATION_MINUTES",
			Default: "15",
			Bounds:  "1 to 1440",
			Meaning: "How long a token lives, in minutes.",
			set:     wholeSetting(1, 1440, time.Minute, func(c *Config) *time.Duration { return &c.Expiration }),
		},
		{
			Name:    "JWT_LEEWAY_SECONDS",
			Default: "0",
			Bounds:  "0 to 60",
			Meaning: "How many seconds /verify forgives on exp and nbf, for clocks that differ.",
			set:     wholeSetting(0, 60, time.Second, func(c *Config) *time.Duration { return &c.Leeway }),
		},
		{
			Name:    "JWT_ALGORITHM",
			Default: "HS256",
			Bounds:  "HS256",
			Meaning: "The algorithm that signs tokens.",
			set: func(_ *Config, value string) *Fault {
				if value != "HS256" {
					return &Fault{Problem: "is not an algorithm of this version", Remedy: "use HS256, or take the line out"}
				}
				return nil
			},
		},
		{
			Name:    "TOKEN_ACCESS",
			Bounds:  "clients or open",
			Meaning: "Who gets a token: clients, only those registered in clients/; open, anyone who can reach /token. Left out, it is open while clients/ is empty.",
			set: func(c *Config, value string) *Fault {
				c.TokenAccess = value // even if unknown: unset would be open
				if value != AccessClients && value != AccessOpen {
					return &Fault{Problem: "is neither clients nor open", Remedy: "use clients; open only on a private network"}
				}
				return nil
			},
		},
		{
			Name:    "BASE_PATH",
			Default: "/identity-backend",
			Bounds:  "a path that begins with /",
			Meaning: "The path of the public URL under which the service is reached. It also answers under /.",
			set: func(c *Config, value string) *Fault {
				path := strings.TrimSuffix(value, "/")
				if !strings.HasPrefix(value, "/") || strings.Contains(value, "//") || strings.ContainsFunc(value, notInPath) ||
					strings.Contains(value+"/", "/./") || strings.Contains(value+"/", "/../") {
					return &Fault{Problem: "is not a plain URL path", Remedy: "write it like /identity-backend"}
				}
				c.BasePath = path
				return nil
			},
		},
		{
			Name:    "REQUIRE_HTTPS",
			Default: "true",
			Bounds:  "true or false",
			Meaning: "Refuses requests that came over plain http from anywhere but the loopback.",
			set:     boolSetting(func(c *Config) *bool { return &c.RequireHTTPS }),
		},
	}
}

// The values of TOKEN_ACCESS.
const (
	AccessClients = "clients"
	AccessOpen    = "open"
)

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// notInPath allows the unreserved characters of RFC 3986 section 2.3 and /.
func notInPath(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !letter && !strings.ContainsRune("/-._~", r)
}

func secretSetting(field func(*Config) *Secret) func(*Config, string) *Fault {
	return func(c *Config, value string) *Fault {
		*field(c) = NewSecret(value)
		if isPlaceholder(value) {
			return &Fault{Problem: "is a placeholder from documentation, known to everyone", Remedy: remedySecret}
		}
		return nil
	}
}

// remedySecret names what cPanel's shell, macOS, Linux and Git for Windows have.
const remedySecret = "make one with: openssl rand -hex 32"

func boolSetting(field func(*Config) *bool) func(*Config, string) *Fault {
	return func(c *Config, value string) *Fault {
		switch strings.ToLower(value) {
		case "true":
			*field(c) = true
		case "false":
			*field(c) = false
		default:
			return &Fault{Problem: "is neither true nor false", Remedy: "use true or false"}
		}
		return nil
	}
}

func wholeSetting(least, most int, unit time.Duration, field func(*Config) *time.Duration) func(*Config, string) *Fault {
	return func(c *Config, value string) *Fault {
		n, err := strconv.Atoi(value)
		if err != nil || n < least || n > most {
			return &Fault{Problem: "is out of bounds", Remedy: fmt.Sprintf("use a whole number from %d to %d", least, most)}
		}
		*field(c) = time.Duration(n) * unit
		return nil
	}
}
