package config

import (
	"fmt"
	"strings"
)

// MinSecretBytes is the least length of an HS256 secret: the size of the hash
// output (RFC 7518 section 3.2).
const MinSecretBytes = 32

// A Secret is the value of a secret setting. It prints as "(hidden)" in every
// format of package fmt and in JSON, so that no log line can show it
// by accident.
type Secret struct{ value string }

// NewSecret keeps the raw UTF-8 bytes of value: no prefix, no base64, as PyJWT
// and the services that share the secret read it.
func NewSecret(value string) Secret { return Secret{value} }

// Bytes is the one way to the value itself.
func (s Secret) Bytes() []byte { return []byte(s.value) }

// IsSet says whether there is a value.
func (s Secret) IsSet() bool { return s.value != "" }

const hidden = "(hidden)"

// Format hides the value whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, hidden) }

// MarshalText hides the value from encoders.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// placeholders are phrases of the texts that people copy from a README in place
// of a secret. Each is long enough not to turn up in a random one.
var placeholders = []string{
	"changeme", "changethis", "changeit", "replaceme", "replacethis", "replacewith",
	"generatea", "strongrandom", "randomstring", "yoursecret", "yourjwtsecret",
	"mysecret", "supersecret", "secretkey", "secrethere", "placeholder", "topsecret",
	"passwordpassword", "insertsecret", "examplesecret",
}

// isPlaceholder recognises a secret that was copied from documentation: anything
// in angle brackets, such as the old README's <generate-a-strong-random-string>,
// and the usual phrases however they are spaced.
func isPlaceholder(value string) bool {
	if strings.HasPrefix(value, "<") && strings.HasSuffix(value, ">") {
		return true
	}
	letters := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case strings.ContainsRune(" -_.", r):
			return -1
		}
		return '\x00' // any other character breaks a phrase
	}, value)
	for _, phrase := range placeholders {
		if strings.Contains(letters, phrase) {
			return true
		}
	}
	return false
}

// fewCharacters says whether value is made of so few different bytes that it was
// not drawn at random: 32 random hex digits have about 14, and fewer than eight
// less than once in 100 million draws.
func fewCharacters(value string) bool {
	var seen [256]bool
	different := 0
	for i := range len(value) {
		if !seen[value[i]] {
			seen[value[i]] = true
			different++
		}
	}
	return different < 8
}
