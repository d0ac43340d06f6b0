package keyring_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"aurorahours.com/identity-backend/internal/keyring"
)

// The tests make their tokens by hand, so that the library that the package
// signs with is not the judge of it.

const (
	secret = "Zq3kV9wLmB7xT2nRc8Jd5HsPyF4gUe6A"
	header = `{"alg":"HS256","typ":"JWT"}`
	// claims are the least that Verify takes.
	claims = `{"exp":1900000000}`
)

// badSignature is the reason of the library, which words it as it likes.
var badSignature = jwt.ErrSignatureInvalid.Error()

func newRing(t testing.TB, secret string, previous ...string) *keyring.Ring {
	t.Helper()
	var older [][]byte
	for _, p := range previous {
		older = append(older, []byte(p))
	}
	ring, err := keyring.New([]byte(secret), older...)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func encode[T string | []byte](text T) string {
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

func decode(t testing.TB, segment string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(segment)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func mac(signed, secret string) []byte {
	hash := hmac.New(sha256.New, []byte(secret))
	hash.Write([]byte(signed))
	return hash.Sum(nil)
}

// forge makes a token of any header and payload with the right key.
func forge(header, payload string) string { return seal(encode(header), encode(payload)) }

// seal signs two segments as they are, however they are spelled.
func seal(header, payload string) string {
	signed := header + "." + payload
	return signed + "." + encode(mac(signed, secret))
}

// accept verifies a token that must be good.
func accept(t *testing.T, ring *keyring.Ring, token string) *keyring.Payload {
	t.Helper()
	payload, err := ring.Verify(token)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	return payload
}

// refuse verifies a token that must be refused. The reason is part of what the
// log is told: without it, a token could be refused for another fault than the
// one it was made to have.
func refuse(t *testing.T, ring *keyring.Ring, token, reason string) {
	t.Helper()
	payload, err := ring.Verify(token)
	if err == nil {
		t.Fatalf("accepted: %s", payload.JSON)
	}
	checkRefusal(t, token, payload, err)
	if !strings.Contains(err.Error(), reason) {
		t.Errorf("refused with %q, not for %q", err, reason)
	}
}

// checkRefusal checks what holds of every refusal: it is ErrInvalid, comes with
// no payload, and quotes neither the token nor the secret.
func checkRefusal(t *testing.T, token string, payload *keyring.Payload, err error) {
	t.Helper()
	if !errors.Is(err, keyring.ErrInvalid) {
		t.Errorf("%v is not ErrInvalid", err)
	}
	if payload != nil {
		t.Errorf("refused with a payload: %+v", payload)
	}
	sources := []string{token, secret, encode(secret)}
	for segment := range strings.SplitSeq(token, ".") {
		if text, err := base64.RawURLEncoding.DecodeString(segment); err == nil {
			// The one name of ours that is long enough to be found.
			sources = append(sources, strings.ReplaceAll(string(text), "client_id", ""))
		}
	}
	if quoted := quotes(err.Error(), sources...); quoted != "" {
		t.Errorf("the error %q quotes %q", err, quoted)
	}
}

// quotes returns a part of eight bytes of a source that is found in text.
func quotes(text string, sources ...string) string {
	for i := 0; i+8 <= len(text); i++ {
		for _, source := range sources {
			if strings.Contains(source, text[i:i+8]) {
				return text[i : i+8]
			}
		}
	}
	return ""
}
