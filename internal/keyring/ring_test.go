package keyring_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"testing"

	"aurorahours.com/identity-backend/internal/keyring"
)

// TestK1EmptySecret: HMAC takes an empty key, and pads a key with zeros, so that
// zeros are the empty key once more.
func TestK1EmptySecret(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		secret   string
		previous []string
	}{
		{"nothing", "", nil},
		{"zeros", strings.Repeat("\x00", 32), nil},
		{"an empty previous one", secret, []string{""}},
		{"an empty one among others", secret, []string{"older", "", "oldest"}},
		{"a previous one of zeros", secret, []string{"\x00"}},
		{"an empty one with a good previous one", "", []string{secret}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var previous [][]byte
			for _, p := range test.previous {
				previous = append(previous, []byte(p))
			}
			ring, err := keyring.New([]byte(test.secret), previous...)
			if err == nil || ring != nil {
				t.Fatal("accepted")
			}
			if quoted := quotes(err.Error(), secret); quoted != "" {
				t.Errorf("the error %q quotes %q", err, quoted)
			}
		})
	}
	if _, err := keyring.New(nil); err == nil {
		t.Error("nil is accepted")
	}
	// How short is too short is for the configuration to say.
	newRing(t, "x", "y")
}

// TestRingKeepsItsSecrets: a caller may overwrite its copy of a secret.
func TestRingKeepsItsSecrets(t *testing.T) {
	t.Parallel()
	current, older := []byte(secret), []byte(strings.ToLower(secret))
	previous := [][]byte{older}
	ring, err := keyring.New(current, previous...)
	if err != nil {
		t.Fatal(err)
	}
	clear(current)
	clear(older)
	clear(previous)
	token := sign(t, ring, good)
	accept(t, newRing(t, secret), token)
	accept(t, ring, token)
	accept(t, ring, sign(t, newRing(t, strings.ToLower(secret)), good))
	zeros := encode(header) + "." + encode(claims)
	refuse(t, ring, zeros+"."+encode(mac(zeros, strings.Repeat("\x00", len(secret)))), badSignature)
}

func TestRingIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret, "older older older older older older")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				token, err := ring.Sign(good)
				if err != nil {
					t.Error(err)
				}
				if _, err := ring.Verify(token); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

// TestFingerprint has values that sha256sum gives for "fp" and the secret:
// services compare theirs with ours.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ secret, want string }{
		{secret, "4eee9b82"},
		{"pässwörd", "8c8ccbcf"},
		{"", "5aef9624"},
	} {
		got := keyring.Fingerprint([]byte(test.secret))
		if got != test.want {
			t.Errorf("%q: %s, want %s", test.secret, got, test.want)
		}
		// Of a plain SHA-256, lists of known ones exist.
		sum := sha256.Sum256([]byte(test.secret))
		if strings.HasPrefix(hex.EncodeToString(sum[:]), got) {
			t.Errorf("%q: the start of its SHA-256", test.secret)
		}
	}
	if keyring.Fingerprint([]byte(secret)) == keyring.Fingerprint([]byte(secret+"\n")) {
		t.Error("a line feed makes no difference")
	}
}
