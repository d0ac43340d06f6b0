package keyring_test

import (
	"testing"
	"time"
)

// The example of RFC 7515 appendix A.1. Its JSON has line breaks and a claim
// that is a URL, and it expired in 2011, which is not for a key ring to judge.
const (
	rfc7515Key     = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
	rfc7515Header  = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
	rfc7515Payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
	rfc7515Tag     = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)

func TestRFC7515Example(t *testing.T) {
	t.Parallel()
	ring := newRing(t, decode(t, rfc7515Key))
	signed := rfc7515Header + "." + rfc7515Payload
	p := accept(t, ring, signed+"."+rfc7515Tag)
	const text = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"
	if string(p.JSON) != text || p.Issuer != "joe" || !p.Expires.Equal(time.Unix(1300819380, 0)) || p.Audience != nil {
		t.Errorf("read as %+v", p)
	}
	refuse(t, newRing(t, secret), signed+"."+rfc7515Tag, badSignature)
	refuse(t, newRing(t, rfc7515Key), signed+"."+rfc7515Tag, badSignature)
	// Another spelling of the same bytes.
	refuse(t, ring, signed+"."+rfc7515Tag[:len(rfc7515Tag)-1]+"l", "not canonical")
}

// The example of RFC 7515 appendix A.5, which is unsecured.
func TestRFC7515Unsecured(t *testing.T) {
	t.Parallel()
	refuse(t, newRing(t, secret), "eyJhbGciOiJub25lIn0."+rfc7515Payload+".", "segment 3: empty")
}
