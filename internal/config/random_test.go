package config

import (
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"strings"
)

// A secretKind is a usual way to make a secret.
type secretKind struct {
	name  string
	plain bool // every reader of .env files reads it as it is, however it is written
	draw  func(*rand.Rand) string
}

var secretKinds = []secretKind{
	{"hex", true, func(r *rand.Rand) string { return hex.EncodeToString(randomBytes(r, 32)) }},
	{"base64", true, func(r *rand.Rand) string { return base64.StdEncoding.EncodeToString(randomBytes(r, 32)) }},
	{"base64url", true, func(r *rand.Rand) string { return base64.RawURLEncoding.EncodeToString(randomBytes(r, 48)) }},
	{"Django", false, func(r *rand.Rand) string { return randomOf(r, alphabet("a-z", "0-9")+"!@#$%^&*(-_=+)", 50) }},
	{"Django with upper case", false, func(r *rand.Rand) string { return randomOf(r, alphabet("a-z", "A-Z", "0-9")+"!@#$%^&*(-_=+)", 50) }},
	{"printable", false, func(r *rand.Rand) string { return randomOf(r, alphabet("!-~"), 48) }},
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func randomOf(r *rand.Rand, characters string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = characters[r.IntN(len(characters))]
	}
	return string(b)
}

// alphabet is the characters of ranges such as "a-z".
func alphabet(ranges ...string) string {
	var b strings.Builder
	for _, r := range ranges {
		for c := r[0]; c <= r[2]; c++ {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// seeded makes the same draws each time, so that a failure stands.
func seeded() *rand.Rand {
	return rand.New(rand.NewChaCha8([32]byte{}))
}
