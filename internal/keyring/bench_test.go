package keyring_test

import (
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"aurorahours.com/identity-backend/internal/keyring"
)

// The benchmarks set the ring beside what most programs call of the library, in
// one run, so that the ratio is of the same machine at the same time.

func BenchmarkSign(b *testing.B) {
	b.Run("keyring", func(b *testing.B) {
		ring := newRing(b, secret)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ring.Sign(good); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("golang-jwt", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			token := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
				"iss": good.Issuer, "sub": good.Subject, "aud": good.Audience, "iat": good.IssuedAt, "exp": good.Expires, "jti": good.ID,
			})
			if _, err := token.SignedString([]byte(secret)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	c := good
	c.Expires = 1 << 37 // the library compares it with the clock
	token := sign(b, newRing(b, secret), c)
	b.Run("keyring", func(b *testing.B) {
		ring := newRing(b, secret)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ring.Verify(token); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("golang-jwt", func(b *testing.B) {
		parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
		key := func(*jwt.Token) (any, error) { return []byte(secret), nil }
		b.ReportAllocs()
		for b.Loop() {
			if _, err := parser.ParseWithClaims(token, jwt.MapClaims{}, key); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkVerifyForged is what a stranger can make the service do: the largest
// tokens that no key has signed.
func BenchmarkVerifyForged(b *testing.B) {
	ring := newRing(b, secret)
	fill := func(n int, text string) string {
		for len(text) < n {
			text += text
		}
		return text[:n]
	}
	for _, attack := range []struct{ name, token string }{
		{"dots", fill(keyring.MaxTokenBytes, ".")},
		{"names in the header", encode(`{"alg":"HS256"`+manyNames(600)+`}`) + ".AA.AA"},
		{"depth in the header", encode(`{"alg":"HS256","x":`+nested("[", "]", 2900)+`}`) + ".AA.AA"},
		{"a large payload", encode(header) + "." + fill(8000, "A") + "." + fill(43, "A")},
	} {
		b.Run(attack.name, func(b *testing.B) {
			if len(attack.token) > keyring.MaxTokenBytes {
				b.Fatal("too large to be read")
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ring.Verify(attack.token); err == nil {
					b.Fatal("accepted")
				}
			}
		})
	}
}
