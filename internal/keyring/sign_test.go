package keyring_test

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"aurorahours.com/identity-backend/internal/keyring"
)

var good = keyring.Claims{
	Issuer:   "identity-backend",
	Subject:  "careergpt-backend",
	Audience: "logging-service",
	IssuedAt: 1767225600,
	Expires:  1767226500,
	ID:       "7GSXKQZ4WQ3F5ZJH2VYB6MAR4E",
}

func sign(t testing.TB, ring *keyring.Ring, c keyring.Claims) string {
	t.Helper()
	token, err := ring.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// TestSignedText is what others parse: the order of the claims, dates that are
// integers, and an audience that is a string.
func TestSignedText(t *testing.T) {
	t.Parallel()
	token := sign(t, newRing(t, secret), good)
	segments := strings.Split(token, ".")
	if len(segments) != 3 {
		t.Fatalf("%d segments", len(segments))
	}
	if got := decode(t, segments[0]); got != header {
		t.Errorf("header %s", got)
	}
	const want = `{"iss":"identity-backend","sub":"careergpt-backend","aud":"logging-service",` +
		`"iat":1767225600,"exp":1767226500,"jti":"7GSXKQZ4WQ3F5ZJH2VYB6MAR4E"}`
	if got := decode(t, segments[1]); got != want {
		t.Errorf("payload %s", got)
	}
	if token != forge(header, want) {
		t.Error("another signature than that of RFC 7518")
	}
}

func TestSignThenVerify(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for _, c := range []keyring.Claims{
		good,
		{},
		{Issuer: "https://example.com/auth", Subject: `a"b\c/<d>&'`, Audience: "\u2028\u00e9\U0001F600\uFFFD\uFEFF", Expires: 253402300799},
		{Subject: "\x00\x01\x1f\x7f\n", Audience: " ", ID: strings.Repeat("x", 4000)},
	} {
		checkRoundTrip(t, ring, c)
	}
}

func checkRoundTrip(t *testing.T, ring *keyring.Ring, c keyring.Claims) {
	t.Helper()
	p := accept(t, ring, sign(t, ring, c))
	want := &keyring.Payload{
		JSON: p.JSON, Issuer: c.Issuer, Subject: c.Subject, Audience: []string{c.Audience}, ID: c.ID, Expires: time.Unix(c.Expires, 0),
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("signed %+v\nread %+v", c, p)
	}
	if p.HasAudience(c.Audience) != (c.Audience != "") {
		t.Errorf("audience %q is %v", c.Audience, !p.HasAudience(c.Audience))
	}
}

func TestB7SignRefusesInvalidUTF8(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for _, invalid := range []string{"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\xaf", "private text of a stranger \xf8"} {
		for field, c := range map[string]keyring.Claims{
			"iss": {Issuer: invalid}, "sub": {Subject: invalid}, "aud": {Audience: invalid}, "jti": {ID: invalid},
		} {
			token, err := ring.Sign(c)
			if err == nil || token != "" {
				t.Fatalf("%s %q is signed", field, invalid)
			}
			if quoted := quotes(err.Error(), secret, invalid); quoted != "" {
				t.Errorf("the error %q quotes %q", err, quoted)
			}
		}
	}
}

// TestSignRefusesWhatVerifyWould: the largest token that is made is also read.
func TestSignRefusesWhatVerifyWould(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	largest := 0
	for length := 5900; length < 6200; length++ {
		token, err := ring.Sign(keyring.Claims{Subject: strings.Repeat("x", length)})
		if err != nil {
			if token != "" || quotes(err.Error(), secret, strings.Repeat("x", 8)) != "" {
				t.Fatalf("%d: token %q, error %q", length, token, err)
			}
			continue
		}
		if len(token) < largest {
			t.Fatalf("%d bytes are refused and %d are not", largest, len(token))
		}
		largest = len(token)
		accept(t, ring, token)
	}
	// Base64 steps over some sizes.
	if largest < keyring.MaxTokenBytes-1 || largest > keyring.MaxTokenBytes {
		t.Errorf("the largest token has %d bytes", largest)
	}
}

func TestNewID(t *testing.T) {
	t.Parallel()
	// 26 characters of five bits each are 130 bits; none needs an escape in JSON,
	// in a URL or in a shell.
	form := regexp.MustCompile(`^[A-Z2-7]{26,}$`)
	seen := make(map[string]bool)
	for range 10_000 {
		id := keyring.NewID()
		if seen[id] || !form.MatchString(id) {
			t.Fatalf("%q after %d others", id, len(seen))
		}
		seen[id] = true
	}
}
