package keyring_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"
)

// TestK2WholeTag: every bit of the tag counts, and its length.
func TestK2WholeTag(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	signed := encode(header) + "." + encode(claims)
	tag := mac(signed, secret)
	accept(t, ring, signed+"."+encode(tag))
	for bit := range 8 * len(tag) {
		flipped := append([]byte(nil), tag...)
		flipped[bit/8] ^= 1 << (bit % 8)
		refuse(t, ring, signed+"."+encode(flipped), badSignature)
	}
	for length := 1; length < len(tag); length++ {
		refuse(t, ring, signed+"."+encode(tag[:length]), badSignature)
		refuse(t, ring, signed+"."+encode(tag[length:]), badSignature)
	}
	for _, more := range []string{"\x00", string(tag), strings.Repeat("\x00", 1000)} {
		refuse(t, ring, signed+"."+encode(string(tag)+more), badSignature)
		refuse(t, ring, signed+"."+encode(more+string(tag)), badSignature)
	}
}

func TestSignatureOfSomethingElse(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	h, p := encode(header), encode(claims)
	signed := h + "." + p
	sum := sha256.Sum256([]byte(secret + signed))
	for _, test := range []struct{ name, signature string }{
		{"the payload", encode(mac(p, secret))},
		{"the JSON", encode(mac(header+"."+claims, secret))},
		{"no dot between", encode(mac(h+p, secret))},
		{"a dot behind", encode(mac(signed+".", secret))},
		{"nothing", encode(mac("", secret))},
		{"another payload", encode(mac(h+"."+encode(`{"exp":1900000001}`), secret))},
		{"another header", encode(mac(encode(`{"alg":"HS256"}`)+"."+p, secret))},
		{"another secret", encode(mac(signed, strings.ToLower(secret)))},
		{"the empty secret", encode(mac(signed, ""))},
		{"the secret and a line feed", encode(mac(signed, secret+"\n"))},
		{"the secret in base64", encode(mac(signed, encode(secret)))},
		{"a hash and no HMAC", encode(sum[:])},
		{"the tag in hexadecimal", hex.EncodeToString(mac(signed, secret)) + "AA"},
		{"zeros", encode(make([]byte, 32))},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			refuse(t, ring, signed+"."+test.signature, "")
		})
	}
}

// TestSignatureBeforePayload: what no key has signed is not even parsed, so that
// a stranger learns nothing of how and reaches none of it.
func TestSignatureBeforePayload(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for i, payload := range []string{`{`, `null`, `{}`, `{"exp":"x"}`, "\xff", `{"exp":1,"exp":2}`} {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			signed := encode(header) + "." + encode(payload)
			refuse(t, ring, signed+"."+encode(make([]byte, 32)), badSignature)
			refuse(t, ring, signed+"."+encode(mac(signed, secret)), "payload")
		})
	}
}

func TestPreviousSecrets(t *testing.T) {
	t.Parallel()
	const older, oldest = "older older older older older older", "oldest oldest oldest oldest oldest"
	ring := newRing(t, secret, older, oldest)
	signed := encode(header) + "." + encode(claims)
	for _, s := range []string{secret, older, oldest} {
		accept(t, ring, signed+"."+encode(mac(signed, s)))
	}
	refuse(t, ring, signed+"."+encode(mac(signed, "another secret")), badSignature)
	refuse(t, ring, signed+"."+encode(mac(signed, secret+older)), badSignature)

	token := sign(t, ring, good)
	accept(t, newRing(t, secret), token)
	refuse(t, newRing(t, older, oldest), token, badSignature)
}
