package authority_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"aurorahours.com/identity-backend/internal/authority"
	"aurorahours.com/identity-backend/internal/keyring"
)

const secret = "Zq3kV9wLmB7xT2nRc8Jd5HsPyF4gUe6A"

// now is between two seconds, where clocks are most of the time.
var now = time.Date(2026, 11, 23, 10, 0, 0, 700_000_000, time.UTC)

func newAuthority(t testing.TB) *authority.Authority {
	t.Helper()
	keys, err := keyring.New([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return &authority.Authority{
		Keys: keys, Issuer: "identity-backend", Lifetime: 15 * time.Minute,
		Access: authority.Access{Open: true}, Now: func() time.Time { return now },
	}
}

// forge signs any payload with the key of newAuthority.
func forge(payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"HS256"}`)) + "." + encode([]byte(payload))
	hash := hmac.New(sha256.New, []byte(secret))
	hash.Write([]byte(signed))
	return signed + "." + encode(hash.Sum(nil))
}

// checkCode checks that err is the refusal of the code; the empty code is for no
// error.
func checkCode(t testing.TB, err error, want authority.Code) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("refused: %v", err)
		}
		return
	}
	var refusal *authority.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("%v, want %s", err, want)
	}
	if refusal.Code != want {
		t.Errorf("%v, want %s", err, want)
	}
}
