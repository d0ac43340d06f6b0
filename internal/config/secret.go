package config

import (
	"fmt"
	"strings"
	"unicode"
)

// MinSecretBytes is the least length of an HS256 secret: the size of the hash
// output (RFC 7518 section 3.2).
const MinSecretBytes = 32

// A Secret is the value of a secret setting. It prints as "(hidden)" in every
// format of package fmt and in JSON, so that no log line can show it by accident.
//
// It holds a pointer since fmt passes Format by for a field that is not exported
// and for a verb that it holds for a mistake (%p, %w); there it prints an address.
type Secret struct{ value *string }

// NewSecret keeps the raw UTF-8 bytes of value: no prefix, no base64, as PyJWT
// and the services that share the secret read it.
func NewSecret(value string) Secret { return Secret{&value} }

// Bytes is the one way to the value itself.
func (s Secret) Bytes() []byte {
	if s.value == nil {
		return nil
	}
	return []byte(*s.value)
}

// IsSet says whether there is a value.
func (s Secret) IsSet() bool { return s.value != nil && *s.value != "" }

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
	"passwordpassword", "insertsecret", "examplesecret", "longrandom",
	"stringsecret", // jwt.io: a-string-secret-at-least-256-bits-long
	"bitsecret",    // jwt.io, before: your-256-bit-secret
}

// isPlaceholder recognises a secret that was copied from documentation: words in
// angle brackets, such as the old README's <generate-a-strong-random-string>,
// and the usual phrases however they are spaced. Brackets alone prove nothing:
// of random secrets of all printable characters, one in 9,000 has them.
func isPlaceholder(value string) bool {
	if inside, found := strings.CutPrefix(value, "<"); found {
		inside, found = strings.CutSuffix(inside, ">")
		if found && !strings.ContainsFunc(inside, notInWords) {
			return true
		}
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

// notInWords allows what words in a README are made of.
func notInWords(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -_.,:'/()+", r)
}

// fewCharacters says whether value is made of so few different bytes that it was
// not drawn at random: 32 random hex digits have about 14, and fewer than eight
// less than once in 25 million draws.
func fewCharacters(value []byte) bool {
	var seen [256]bool
	different := 0
	for _, b := range value {
		if !seen[b] {
			seen[b] = true
			different++
		}
	}
	return different < 8
}
