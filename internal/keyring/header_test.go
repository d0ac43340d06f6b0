package keyring_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"strings"
	"testing"
)

func TestHeaderAccepted(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for _, test := range []struct{ name, header string }{
		{"B11 no typ", `{"alg":"HS256"}`},
		{"B11 JWT", `{"typ":"JWT","alg":"HS256"}`},
		{"B11 jwt", `{"typ":"jwt","alg":"HS256"}`},
		{"B11 at+jwt", `{"typ":"at+jwt","alg":"HS256"}`},
		{"B11 AT+JWT", `{"typ":"AT+JWT","alg":"HS256"}`},
		{"B11 application/at+jwt", `{"typ":"application/at+jwt","alg":"HS256"}`},
		{"B11 Application/JWT", `{"typ":"Application/JWT","alg":"HS256"}`},
		{"B11 an escaped slash", `{"typ":"application\/jwt","alg":"HS256"}`},
		{"J1 an unknown name is passed over", `{"alg":"HS256","x-note":{"a":[1,null,"crit"]},"exp":1}`},
		{"an empty name", `{"alg":"HS256","":1}`},
		{"white space of JSON", "\t{\r\n \"alg\" : \"HS256\" }\n"},
		{"a name with an escape", `{"\u0061lg":"HS256"}`},
		{"a value with an escape", `{"alg":"HS\u003256"}`},
		// A verifier that took its key from one of these would be told where to
		// find it by a stranger.
		{"B10 kid", `{"alg":"HS256","kid":"../../../../dev/null"}`},
		{"B10 kid of SQL", `{"alg":"HS256","kid":"' UNION SELECT 'key"}`},
		{"B10 an empty kid", `{"alg":"HS256","kid":""}`},
		{"B10 jku", `{"alg":"HS256","jku":"https://127.0.0.1:1/jwks.json"}`},
		{"B10 x5u", `{"alg":"HS256","x5u":"file:///dev/zero"}`},
		{"B10 jwk", `{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}`},
		{"B10 x5c", `{"alg":"HS256","x5c":["AAAA"],"x5t":"AAAA","x5t#S256":"AAAA"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			accept(t, ring, forge(test.header, claims))
		})
	}
}

func TestHeaderRefused(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for _, test := range []struct{ name, header, reason string }{
		{"J1 crit empty", `{"alg":"HS256","crit":[]}`, "crit"},
		{"J1 crit null", `{"alg":"HS256","crit":null}`, "crit"},
		{"J1 crit a string", `{"alg":"HS256","crit":"exp"}`, "crit"},
		{"J1 crit a number", `{"alg":"HS256","crit":0}`, "crit"},
		{"J1 crit false", `{"alg":"HS256","crit":false}`, "crit"},
		{"J1 crit an object", `{"alg":"HS256","crit":{}}`, "crit"},
		{"J1 crit of a number", `{"alg":"HS256","crit":[1]}`, "crit"},
		{"J1 crit of the empty name", `{"alg":"HS256","crit":[""],"":1}`, "crit"},
		{"J1 crit of a standard name", `{"alg":"HS256","crit":["alg"]}`, "crit"},
		{"J1 crit of an absent name", `{"alg":"HS256","crit":["x"]}`, "crit"},
		{"J1 crit of a present name", `{"alg":"HS256","crit":["x"],"x":1}`, "crit"},
		{"J1 crit of a name twice", `{"alg":"HS256","crit":["x","x"],"x":1}`, "crit"},
		{"J1 crit of exp", `{"alg":"HS256","crit":["exp"],"exp":1}`, "crit"},
		{"J1 crit of b64", `{"alg":"HS256","crit":["b64"],"b64":true}`, "crit"},
		{"J1 crit with an escape", `{"alg":"HS256","cr\u0069t":["x"],"x":1}`, "crit"},
		{"b64 false", `{"alg":"HS256","b64":false}`, "b64"},
		{"b64 true", `{"alg":"HS256","b64":true}`, "b64"},
		{"b64 null", `{"alg":"HS256","b64":null}`, "b64"},
		{"B6 zip", `{"alg":"HS256","zip":"DEF"}`, "zip"},
		{"B6 zip null", `{"alg":"HS256","zip":null}`, "zip"},
		{"enc", `{"alg":"HS256","enc":"A256GCM"}`, "enc"},
		{"B12 cty of a nested token", `{"alg":"HS256","cty":"JWT"}`, "cty"},
		{"B12 cty empty", `{"alg":"HS256","cty":""}`, "cty"},

		{"B1 no alg", `{"typ":"JWT"}`, "no alg"},
		{"B1 alg empty", `{"alg":""}`, "no key"},
		{"B1 alg null", `{"alg":null}`, "alg"},
		{"B1 alg a number", `{"alg":256}`, "alg"},
		{"B1 alg a list", `{"alg":["HS256"]}`, "alg"},
		{"B1 alg an object", `{"alg":{"HS256":1}}`, "alg"},
		{"B1 alg in lower case", `{"alg":"hs256"}`, "no key"},
		{"B1 alg with a space", `{"alg":"HS256 "}`, "no key"},
		{"B1 alg with a NUL", `{"alg":"HS256\u0000"}`, "no key"},
		{"B1 alg of a full-width digit", `{"alg":"HS25６"}`, "no key"},
		{"B1 alg of encryption", `{"alg":"dir"}`, "no key"},

		{"B11 typ empty", `{"alg":"HS256","typ":""}`, "typ"},
		{"B11 typ null", `{"alg":"HS256","typ":null}`, "typ"},
		{"B11 typ a number", `{"alg":"HS256","typ":1}`, "typ"},
		{"B11 typ a list", `{"alg":"HS256","typ":["JWT"]}`, "typ"},
		{"B11 typ of a client assertion", `{"alg":"HS256","typ":"client-authentication+jwt"}`, "typ"},
		{"B11 typ of a proof", `{"alg":"HS256","typ":"dpop+jwt"}`, "typ"},
		{"B11 typ of an event", `{"alg":"HS256","typ":"secevent+jwt"}`, "typ"},
		{"B11 typ of JWE", `{"alg":"HS256","typ":"JOSE"}`, "typ"},
		{"B11 typ with a space", `{"alg":"HS256","typ":"JWT "}`, "typ"},
		{"B11 typ with a parameter", `{"alg":"HS256","typ":"jwt;v=1"}`, "typ"},
		{"B11 typ of another tree", `{"alg":"HS256","typ":"text/jwt"}`, "typ"},
		{"B11 typ without a subtype", `{"alg":"HS256","typ":"application/"}`, "typ"},
		{"B11 typ with application twice", `{"alg":"HS256","typ":"application/application/jwt"}`, "typ"},
		{"B11 typ with a letter that only Unicode lowers", `{"alg":"HS256","typ":"appl` + "\u0130" + `cation/jwt"}`, "typ"},
		{"B10 kid a number", `{"alg":"HS256","kid":1}`, "kid"},
		{"B10 kid null", `{"alg":"HS256","kid":null}`, "kid"},
		{"B10 kid a list", `{"alg":"HS256","kid":["a"]}`, "kid"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			refuse(t, ring, forge(test.header, claims), test.reason)
		})
	}
}

// TestB1OtherAlgorithms makes tokens that hold by the algorithm in their header,
// with the very secret of the ring.
func TestB1OtherAlgorithms(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signed := func(alg string) string { return encode(`{"alg":"`+alg+`","typ":"JWT"}`) + "." + encode(claims) }
	withHMAC := func(alg string, h func() hash.Hash) string {
		m := hmac.New(h, []byte(secret))
		m.Write([]byte(signed(alg)))
		return signed(alg) + "." + encode(m.Sum(nil))
	}
	sum := sha256.Sum256([]byte(signed("RS256")))
	signature, err := rsa.SignPKCS1v15(rand.Reader, rsaKey, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, token string }{
		{"HS384", withHMAC("HS384", sha512.New384)},
		{"HS512", withHMAC("HS512", sha512.New)},
		{"RS256 with its own key", signed("RS256") + "." + encode(signature)},
		{"RS256 with an HMAC", withHMAC("RS256", sha256.New)},
		{"HS512 with the HMAC of HS256", withHMAC("HS512", sha256.New)},
		{"EdDSA with an HMAC", withHMAC("EdDSA", sha256.New)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			refuse(t, ring, test.token, "no key of the algorithm")
		})
	}
	t.Run("HS256 with the HMAC of HS512", func(t *testing.T) {
		t.Parallel()
		refuse(t, ring, withHMAC("HS256", sha512.New), badSignature)
	})
}

func TestB2None(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for _, alg := range []string{"none", "None", "NONE", "nONE", "none ", "\u0000none"} {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			header := `{"alg":"` + strings.ReplaceAll(alg, "\x00", `\u0000`) + `"}`
			refuse(t, ring, forge(header, claims), "no key of the algorithm")
			refuse(t, ring, encode(header)+"."+encode(claims)+".", "segment 3: empty")
			refuse(t, ring, encode(header)+"."+encode(claims), "three segments")
			refuse(t, ring, encode(header)+"."+encode(claims)+".AA", "no key of the algorithm")
		})
	}
}
