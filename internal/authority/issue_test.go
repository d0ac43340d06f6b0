package authority_test

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"aurorahours.com/identity-backend/internal/authority"
	"aurorahours.com/identity-backend/internal/keyring"
)

var request = authority.TokenRequest{Subject: "careergpt-backend", Audience: "logging-service"}

// TestIssuedClaims: the claims of a token, and no other; iat and exp are the
// lifetime apart though the clock is between two seconds.
func TestIssuedClaims(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	grant, err := a.Issue(request)
	if err != nil {
		t.Fatal(err)
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(grant.Token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	if id, _ := claims["jti"].(string); len(id) < 22 {
		t.Errorf("jti %v", claims["jti"])
	}
	delete(claims, "jti")
	want := map[string]any{
		"iss": "identity-backend", "sub": "careergpt-backend", "aud": "logging-service",
		"iat": float64(now.Unix()), "exp": float64(now.Unix() + 900),
	}
	if !reflect.DeepEqual(claims, want) {
		t.Errorf("claims %v, want %v", claims, want)
	}
	if grant.Lifetime != 15*time.Minute {
		t.Errorf("lifetime %v", grant.Lifetime)
	}
	payload, err := a.Verify(grant.Token, "logging-service")
	if err != nil {
		t.Fatal(err)
	}
	if payload.Subject != request.Subject || payload.Issuer != a.Issuer || string(payload.JSON) != string(text) {
		t.Errorf("read as %+v", payload)
	}
}

func TestA6DistinctIDs(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	seen := make(map[string]bool)
	for range 1000 {
		grant, err := a.Issue(request)
		if err != nil || seen[grant.Token] {
			t.Fatalf("%v, or the same token again", err)
		}
		seen[grant.Token] = true
	}
}

// TestNames has the bounds of sub and aud, which are the same.
func TestNames(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	for _, test := range []struct {
		name, value string
		good        bool
	}{
		{"one byte", "a", true},
		{"a space", " ", true},
		{"any script", "Zürich 東京 \U0001F600", true},
		{"a URL", "https://example.com/a?b=c&d", true},
		{"what JSON escapes", `"\/<>`, true},
		{"256 bytes", strings.Repeat("x", 256), true},
		{"256 bytes that JSON doubles", strings.Repeat(`"`, 256), true},
		{"256 bytes of two-byte letters", strings.Repeat("é", 128), true},
		{"a no-break space, next to the control characters", "a\u00a0b", true},
		{"a tilde, next to them too", "~", true},
		{"U+FFFD itself", "\uFFFD", true},
		{"nothing", "", false},
		{"257 bytes", strings.Repeat("x", 257), false},
		{"257 bytes in fewer letters", strings.Repeat("é", 128) + "x", false},
		{"a megabyte", strings.Repeat("x", 1<<20), false},
		{"NUL", "a\x00", false},
		{"a line feed", "a\nb", false},
		{"a carriage return", "\ra", false},
		{"a tab", "a\tb", false},
		{"an escape sequence", "\x1b[2J", false},
		{"U+001F", "\x1f", false},
		{"DEL", "a\x7f", false},
		{"C1 U+0080", "\u0080", false},
		{"C1 U+0085, a line break", "a\u0085b", false},
		{"C1 U+009B, an escape sequence", "\u009b2J", false},
		{"C1 U+009F", "\u009f", false},
		{"invalid UTF-8", "a\xff", false},
		{"half a letter", "\xc3", false},
		{"a surrogate", "\xed\xa0\x80", false},
	} {
		for parameter, request := range map[string]authority.TokenRequest{
			"sub": {Subject: test.value, Audience: "b"},
			"aud": {Subject: "a", Audience: test.value},
		} {
			t.Run(parameter+" "+test.name, func(t *testing.T) {
				t.Parallel()
				grant, err := a.Issue(request)
				if !test.good {
					if grant != nil {
						t.Errorf("granted %q", test.value)
					}
					checkCode(t, err, authority.InvalidRequest)
					if err != nil && !strings.Contains(err.Error(), parameter) {
						t.Errorf("%v does not name %s", err, parameter)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				payload, err := a.Verify(grant.Token, request.Audience)
				if err != nil || payload.Subject != request.Subject {
					t.Errorf("%v: asked %+v, read %+v", err, request, payload)
				}
			})
		}
	}
}

// TestLargestToken: the largest names and the largest issuer of the settings,
// in the characters that take most room in JSON, make a token that is read.
func TestLargestToken(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.Issuer = strings.Repeat(`\`, 256)
	largest := strings.Repeat(`"`, authority.MaxNameBytes)
	grant, err := a.Issue(authority.TokenRequest{Subject: largest, Audience: largest})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Verify(grant.Token, largest); err != nil || len(grant.Token) > keyring.MaxTokenBytes/2 {
		t.Errorf("%v, %d bytes", err, len(grant.Token))
	}
}

// TestAccessIsDecidedFirst: who may not ask learns nothing of what is wrong with
// the request.
func TestAccessIsDecidedFirst(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.Access = authority.Access{}
	for _, request := range []authority.TokenRequest{request, {}, {Subject: "\n", Audience: strings.Repeat("x", 1000)}} {
		grant, err := a.Issue(request)
		checkCode(t, err, authority.InvalidClient)
		if grant != nil {
			t.Error("granted")
		}
	}
}

func TestIssueWithoutASignature(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	for _, issuer := range []string{"\xff", strings.Repeat("x", keyring.MaxTokenBytes)} {
		a.Issuer = issuer
		grant, err := a.Issue(request)
		checkCode(t, err, authority.ServerError)
		if grant != nil {
			t.Error("granted")
		}
	}
}
