package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The contract is one set of exchanges, the same however the service is reached.
// Each row is one request and what must come back.

const (
	contractSecret = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
	contractDotenv = "JWT_SECRET_KEY=" + contractSecret + "\nTOKEN_ACCESS=open\n"

	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// An exchange is a request and the answer it must get.
type exchange struct {
	name        string
	method      string
	path        string
	contentType string
	body        string
	chunked     bool // send the body without a length

	status int
	code   string // of an error; empty: none
	check  func(t *testing.T, answer map[string]any)
	header map[string]string
}

// A way is how the service is reached.
type way struct {
	client  *http.Client
	baseURL string // with the base path
	rootURL string // without it; empty when the web server keeps other paths to itself
	// chunkedFails: the web server does not pass on a body without a length.
	chunkedFails bool
}

func post(name, path, body string, status int, code string) exchange {
	return exchange{name: name, method: "POST", path: path, contentType: jsonType, body: body, status: status, code: code}
}

const (
	goodTokenBody = `{"sub":"careergpt-backend","aud":"logging-service"}`
	overLong      = 64<<10 + 1
	farTooLong    = 512 << 10
)

func contract() []exchange {
	expired := verifyBody(forge(`{"iss":"identity-backend","sub":"a","aud":"logging-service","exp":1691235467}`), "logging-service")
	future := time.Now().Add(time.Hour).Unix()
	big := fmt.Sprintf(`{"iss":"identity-backend","sub":"a","aud":["logging-service","other"],"exp":%d,"iat":%d,"n":9007199254740993,"f":1.10,"h":"<&>"}`, future, future)

	exchanges := []exchange{
		{name: "ping", method: "GET", path: "/ping", status: 200},
		{name: "ping with a slash", method: "GET", path: "/ping/", status: 200},
		{name: "ping by HEAD", method: "HEAD", path: "/ping", status: 200},
		{name: "ping by POST", method: "POST", path: "/ping", status: 405, code: "method_not_allowed", header: map[string]string{"Allow": "GET, HEAD"}},
		{name: "no endpoint", method: "GET", path: "/nothing", status: 404, code: "not_found"},
		{name: "no endpoint below one", method: "POST", path: "/token/x", body: goodTokenBody, status: 404, code: "not_found"},
		{name: "no endpoint of another case", method: "POST", path: "/Token", body: goodTokenBody, status: 404, code: "not_found"},
		// More than a socket holds: who ends with it unread loses the answer.
		post("no endpoint, and a body that none reads", "/nothing", padded(farTooLong), 404, "not_found"),
		{name: "OPTIONS", method: "OPTIONS", path: "/token", status: 405, code: "method_not_allowed", header: map[string]string{"Allow": "POST"}},

		// T1 of RFC 6749 section 3.2, and what Apache makes of a query string.
		{name: "T1 token by GET", method: "GET", path: "/token", status: 405, code: "method_not_allowed", header: map[string]string{"Allow": "POST"}},
		{name: "query ?dev", method: "GET", path: "/ping?dev", status: 200},
		{name: "query ?client+add", method: "GET", path: "/ping?client+add", status: 200},
		{name: "query ?--help", method: "GET", path: "/ping?--help", status: 200},
		{name: "query ?issue", method: "GET", path: "/nothing?issue+--sub+a+--aud+b", status: 404, code: "not_found"},
		{name: "token with ?version", method: "POST", path: "/token?version", contentType: jsonType, body: goodTokenBody, status: 200, check: isGrant},

		{name: "token", method: "POST", path: "/token", contentType: jsonType, body: goodTokenBody, status: 200, check: isGrant},
		{name: "token with a slash", method: "POST", path: "/token/", contentType: jsonType, body: goodTokenBody, status: 200, check: isGrant},
		{name: "token as PowerShell sends it", method: "POST", path: "/token", contentType: formType, body: goodTokenBody, status: 200, check: isGrant},
		{name: "token without a content type", method: "POST", path: "/token", body: goodTokenBody, status: 200, check: isGrant},
		{name: "token after a byte order mark", method: "POST", path: "/token", contentType: formType, body: "\ufeff" + goodTokenBody, status: 200, check: isGrant},
		{name: "token with white space around", method: "POST", path: "/token", contentType: jsonType, body: " \r\n" + goodTokenBody + "\r\n", status: 200, check: isGrant},
		{name: "token with an unknown name", method: "POST", path: "/token", contentType: jsonType, body: `{"sub":"a","aud":"b","SUB":"admin","x":[{}]}`, status: 200, check: isGrant},
		{name: "token in Latin-1", method: "POST", path: "/token", contentType: "application/json; charset=iso-8859-1", body: "{\"sub\":\"caf\xe9\",\"aud\":\"b\"}", status: 200, check: isGrant},
		{name: "token, chunked", method: "POST", path: "/token", contentType: jsonType, body: goodTokenBody, chunked: true, status: 200, check: isGrant},
		{name: "token as large as may be", method: "POST", path: "/token", contentType: jsonType, body: padded(64 << 10), status: 200, check: isGrant},

		post("sub missing", "/token", `{"aud":"b"}`, 400, "invalid_request"),
		post("aud missing", "/token", `{"sub":"a"}`, 400, "invalid_request"),
		post("sub empty", "/token", `{"sub":"","aud":"b"}`, 400, "invalid_request"),
		post("sub null", "/token", `{"sub":null,"aud":"b"}`, 400, "invalid_request"),
		post("sub a number", "/token", `{"sub":1,"aud":"b"}`, 400, "invalid_request"),
		post("aud a list", "/token", `{"sub":"a","aud":["b"]}`, 400, "invalid_request"),
		post("sub in another case", "/token", `{"Sub":"a","aud":"b"}`, 400, "invalid_request"),
		post("sub twice", "/token", `{"sub":"a","sub":"b","aud":"b"}`, 400, "invalid_request"),
		post("sub twice, once escaped", "/token", `{"sub":"a","\u0073ub":"b","aud":"b"}`, 400, "invalid_request"),
		post("an unknown name twice", "/token", `{"sub":"a","aud":"b","x":1,"x":2}`, 400, "invalid_request"),
		post("sub with a line feed", "/token", `{"sub":"a\n","aud":"b"}`, 400, "invalid_request"),
		post("sub of 257 bytes", "/token", `{"sub":"`+strings.Repeat("a", 257)+`","aud":"b"}`, 400, "invalid_request"),
		post("trailing data", "/token", goodTokenBody+`{}`, 400, "invalid_request"),
		post("invalid UTF-8", "/token", "{\"sub\":\"\xff\",\"aud\":\"b\"}", 400, "invalid_request"),
		post("a lone surrogate", "/token", `{"sub":"\ud800","aud":"b"}`, 400, "invalid_request"),
		post("an empty body", "/token", ``, 400, "invalid_request"),
		post("a list", "/token", `[]`, 400, "invalid_request"),
		post("cut JSON", "/token", `{"sub":"a","aud"`, 400, "invalid_request"),
		post("deep JSON", "/token", `{"sub":"a","aud":"b","x":`+strings.Repeat("[", 20000)+strings.Repeat("]", 20000)+`}`, 400, "invalid_request"),
		post("too large", "/token", padded(overLong), 413, "payload_too_large"),
		post("far too large", "/token", padded(farTooLong), 413, "payload_too_large"),
		{name: "too large, chunked", method: "POST", path: "/token", contentType: jsonType, body: padded(overLong), chunked: true, status: 413, code: "payload_too_large"},
		{name: "another charset", method: "POST", path: "/token", contentType: "application/json; charset=utf-16", body: goodTokenBody, status: 400, code: "invalid_request"},
		{name: "a form", method: "POST", path: "/token", contentType: formType, body: "sub=a&aud=b", status: 400, code: "invalid_request"},
		{name: "a grant", method: "POST", path: "/token", contentType: formType, body: "grant_type=client_credentials", status: 400, code: "unsupported_grant_type"},

		{name: "verify", method: "POST", path: "/verify", contentType: jsonType, body: verifyBody(forge(big), "logging-service"), status: 200, check: func(t *testing.T, answer map[string]any) {
			if answer["valid"] != true {
				t.Errorf("valid is %v", answer["valid"])
			}
			claims := answer["claims"].(map[string]any)
			for name, want := range map[string]string{"n": "9007199254740993", "f": "1.10", "exp": fmt.Sprint(future)} {
				if got := fmt.Sprint(claims[name]); got != want {
					t.Errorf("claim %s is %s, not %s", name, got, want)
				}
			}
			if claims["h"] != "<&>" {
				t.Errorf("claim h is %q", claims["h"])
			}
		}},
		{name: "verify as PowerShell sends it", method: "POST", path: "/verify/", contentType: formType, body: verifyBody(forge(big), "other"), status: 200},
		{name: "verify by GET", method: "GET", path: "/verify", status: 405, code: "method_not_allowed"},
		post("verify, expired", "/verify", expired, 401, "token_expired"),
		post("verify, not yet valid", "/verify", verifyBody(forge(fmt.Sprintf(`{"iss":"identity-backend","aud":"logging-service","exp":%d,"nbf":%d}`, future+10, future)), "logging-service"), 401, "token_not_yet_valid"),
		post("verify, another audience", "/verify", verifyBody(forge(big), "mailer"), 401, "invalid_audience"),
		post("verify, another issuer", "/verify", verifyBody(forge(fmt.Sprintf(`{"iss":"x","aud":"logging-service","exp":%d}`, future)), "logging-service"), 401, "invalid_issuer"),
		post("verify, no exp", "/verify", verifyBody(forge(`{"iss":"identity-backend","aud":"logging-service"}`), "logging-service"), 401, "invalid_token"),
		post("verify, changed", "/verify", verifyBody(forge(big)+"x", "logging-service"), 401, "invalid_token"),
		post("verify, no token at all", "/verify", verifyBody("x", "logging-service"), 401, "invalid_token"),
		post("verify, over 8 KiB", "/verify", verifyBody(strings.Repeat("a", 8<<10+1), "logging-service"), 401, "invalid_token"),
		post("verify, token missing", "/verify", `{"aud":"logging-service"}`, 400, "invalid_request"),
		post("verify, aud missing", "/verify", `{"token":"x"}`, 400, "invalid_request"),
		post("verify, an empty body", "/verify", ``, 400, "invalid_request"),
		post("verify, too large", "/verify", padded(overLong), 413, "payload_too_large"),
	}
	return exchanges
}

// padded is a request for a token of n bytes.
func padded(n int) string {
	head, tail := `{"sub":"a","aud":"b","x":"`, `"}`
	return head + strings.Repeat("x", n-len(head)-len(tail)) + tail
}

func verifyBody(token, audience string) string {
	return fmt.Sprintf(`{"token":%q,"aud":%q}`, token, audience)
}

// forge signs a payload of any form. It is not our code that signs.
func forge(payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + encode([]byte(payload))
	mac := hmac.New(sha256.New, []byte(contractSecret))
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil))
}

func isGrant(t *testing.T, answer map[string]any) {
	t.Helper()
	if answer["token_type"] != "Bearer" || fmt.Sprint(answer["expires_in"]) != "900" || len(answer) != 3 {
		t.Errorf("not a grant: %v", answer)
	}
	token, _ := answer["token"].(string)
	segments := strings.Split(token, ".")
	if len(segments) != 3 {
		t.Fatalf("token has %d segments", len(segments))
	}
	payload, err := base64.RawURLEncoding.DecodeString(segments[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		Issuer   string `json:"iss"`
		Subject  string `json:"sub"`
		Audience string `json:"aud"`
		IssuedAt int64  `json:"iat"`
		Expires  int64  `json:"exp"`
		ID       string `json:"jti"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	if claims.Issuer != "identity-backend" || claims.Subject == "" || claims.Audience == "" || claims.ID == "" || claims.Expires-claims.IssuedAt != 900 {
		t.Errorf("claims: %+v", claims)
	}
}

// testContract plays the contract one way, and then the old README's story: a
// token is issued, and verifies, and only as it was issued.
func testContract(t *testing.T, w way) {
	for _, e := range contract() {
		if e.chunked && w.chunkedFails {
			continue
		}
		t.Run(e.name, func(t *testing.T) { e.play(t, w.client, w.baseURL) })
	}
	t.Run("issued tokens verify", func(t *testing.T) {
		answer := post("", "/token", goodTokenBody, 200, "").play(t, w.client, w.baseURL)
		token := answer["token"].(string)
		verified := post("", "/verify", verifyBody(token, "logging-service"), 200, "").play(t, w.client, w.baseURL)
		claims := verified["claims"].(map[string]any)
		if claims["sub"] != "careergpt-backend" || claims["aud"] != "logging-service" {
			t.Errorf("claims: %v", claims)
		}
		post("", "/verify", verifyBody(token, "mailer"), 401, "invalid_audience").play(t, w.client, w.baseURL)
		post("", "/verify", verifyBody(token+"\n", "logging-service"), 401, "invalid_token").play(t, w.client, w.baseURL)
	})
	if w.rootURL != "" {
		t.Run("under the root too", func(t *testing.T) {
			exchange{method: "GET", path: "/ping", status: 200}.play(t, w.client, w.rootURL)
			post("", "/token", goodTokenBody, 200, "").play(t, w.client, w.rootURL)
		})
	}
}

// play sends the request and checks what every answer must be.
func (e exchange) play(t *testing.T, client *http.Client, baseURL string) map[string]any {
	t.Helper()
	var body io.Reader = strings.NewReader(e.body)
	if e.chunked {
		body = struct{ io.Reader }{body}
	}
	request, err := http.NewRequest(e.method, baseURL+e.path, body)
	if err != nil {
		t.Fatal(err)
	}
	if e.contentType != "" {
		request.Header.Set("Content-Type", e.contentType)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != e.status {
		t.Fatalf("status %d, want %d: %s", response.StatusCode, e.status, text)
	}
	for name, want := range e.header {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if e.method == "HEAD" {
		return nil
	}
	if response.ContentLength != int64(len(text)) {
		t.Errorf("Content-Length %d of %d bytes", response.ContentLength, len(text))
	}
	if strings.HasPrefix(e.path, "/ping") && e.status == 200 {
		if string(text) != "OK" || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("%q as %s", text, response.Header.Get("Content-Type"))
		}
		return nil
	}
	if got := response.Header.Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("Content-Type: %q", got)
	}
	if got := response.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control: %q", got)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var answer map[string]any
	if err := decoder.Decode(&answer); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	e.checkError(t, answer)
	if e.check != nil {
		e.check(t, answer)
	}
	return answer
}

// checkError checks the form of an error: T8 of RFC 6749 section 5.2, and valid
// from /verify.
func (e exchange) checkError(t *testing.T, answer map[string]any) {
	t.Helper()
	if e.code == "" {
		if answer["error"] != nil {
			t.Errorf("an error: %v", answer)
		}
		return
	}
	description, _ := answer["error_description"].(string)
	if answer["error"] != e.code || description == "" {
		t.Errorf("want %s, got %v", e.code, answer)
	}
	for _, r := range description {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' {
			t.Errorf("T8: %q in %q", r, description)
		}
	}
	if valid, present := answer["valid"]; strings.HasPrefix(e.path, "/verify") != present || present && valid != false {
		t.Errorf("valid is %v, present %v", valid, present)
	}
}
