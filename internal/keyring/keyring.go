// Package keyring holds the keys and everything that touches token bytes. Key
// bytes never leave it, and it alone imports the JWT library.
//
// A Ring signs with one key and verifies with that key and those before it.
// Each key is bound to one algorithm when it is made (RFC 8725 section 3.1); a
// token's header is compared with that, and chooses nothing.
//
// Verify reads a token in an order in which no step trusts what a later one has
// to prove: its size, its spelling, the header, the signature, and only then the
// payload. The JWT library does the cryptography. Its parser is not used: it
// ignores crit, takes a line feed within a segment, folds the case of claim
// names, keeps the last of two equal names, and decodes the claims before it
// looks at the signature.
package keyring

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/golang-jwt/jwt/v5"
)

// A key is bound to its algorithm.
type key struct {
	method jwt.SigningMethod
	secret []byte
	header string // the base64url of the header of tokens that it signs
}

// A Ring is a set of keys. It is safe for concurrent use.
type Ring struct {
	signing   key
	verifying []key // the signing key first
}

// New makes a ring that signs with HS256 and the raw bytes of secret, and
// verifies with the previous secrets too. It keeps copies. The length of a secret
// is the policy of whoever configures it; an empty one is an error, for HMAC
// would take it, and so is one of zeros, with which HMAC pads the empty one.
func New(secret []byte, previous ...[]byte) (*Ring, error) {
	ring := &Ring{}
	for i, s := range append([][]byte{secret}, previous...) {
		if len(bytes.Trim(s, "\x00")) == 0 {
			return nil, fmt.Errorf("secret %d of the key ring is empty", i+1)
		}
		ring.verifying = append(ring.verifying, newHS256(bytes.Clone(s)))
	}
	ring.signing = ring.verifying[0]
	return ring, nil
}

func newHS256(secret []byte) key {
	method := jwt.SigningMethodHS256
	return key{
		method: method,
		secret: secret,
		header: base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"` + method.Alg() + `","typ":"JWT"}`)),
	}
}

// Fingerprint lets two services compare a secret without showing it: the first
// eight hex digits of SHA-256 of "fp" and the secret.
func Fingerprint(secret []byte) string {
	sum := sha256.Sum256(append([]byte("fp"), secret...))
	return hex.EncodeToString(sum[:4])
}

// Claims are what a token that we issue says. The names are those of RFC 7519
// section 4.1. The audience is one string, never a list of one, which some
// verifiers refuse.
type Claims struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	IssuedAt int64  `json:"iat"` // seconds since 1970, as all NumericDates
	Expires  int64  `json:"exp"`
	ID       string `json:"jti"`
}

// NewID makes a value for jti of at least 128 random bits.
func NewID() string { return rand.Text() }

// Sign makes the token of the claims, in the compact serialisation. It fails
// when a claim is not valid UTF-8, and when the token would be larger than
// MaxTokenBytes, for Verify would refuse it.
func (r *Ring) Sign(c Claims) (string, error) {
	payload, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("encode claims: %w", err)
	}
	signed := r.signing.header + "." + base64.RawURLEncoding.EncodeToString(payload)
	signature, err := r.signing.method.Sign(signed, r.signing.secret)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	token := signed + "." + base64.RawURLEncoding.EncodeToString(signature)
	if len(token) > MaxTokenBytes {
		return "", errors.New("sign token: the claims are too large")
	}
	return token, nil
}
