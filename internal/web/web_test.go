package web_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"aurorahours.com/identity-backend/internal/authority"
	"aurorahours.com/identity-backend/internal/keyring"
	"aurorahours.com/identity-backend/internal/web"
)

// newService is a service that lets everyone in, and what it logs.
func newService(t testing.TB) (*web.Service, *bytes.Buffer) {
	t.Helper()
	keys, err := keyring.New([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	logged := new(bytes.Buffer)
	return &web.Service{
		Authority: &authority.Authority{
			Keys: keys, Issuer: "identity-backend", Lifetime: 15 * time.Minute,
			Access: authority.Access{Open: true}, Now: time.Now,
		},
		BasePath:     "/identity-backend",
		RequireHTTPS: true,
		Log:          log.New(logged, "", 0),
	}, logged
}

func send(handler http.Handler, method, target, body string, change func(*http.Request)) *http.Response {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:1"
	if change != nil {
		change(r)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	return recorder.Result()
}

// errorOf reads the code of an error, which must be well formed.
func errorOf(t testing.TB, response *http.Response) string {
	t.Helper()
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		t.Fatalf("status %d: %v", response.StatusCode, err)
	}
	if body.Error != "" && body.Description == "" {
		t.Errorf("%s without a description", body.Error)
	}
	return body.Error
}

const request = `{"sub":"a","aud":"b"}`

func TestPaths(t *testing.T) {
	for _, test := range []struct {
		base, path string
		status     int
	}{
		{"/identity-backend", "/identity-backend/ping", 200},
		{"/identity-backend", "/identity-backend/ping/", 200},
		{"/identity-backend", "/ping", 200},
		{"/identity-backend", "/ping/", 200},
		{"/identity-backend", "/identity-backendping", 404},
		{"/identity-backend", "/identity-backend-2/ping", 404},
		{"/identity-backend", "/identity-backend/identity-backend/ping", 404},
		{"/identity-backend", "//ping", 404},
		{"/identity-backend", "/./ping", 404},
		{"/identity-backend", "/x/../ping", 404},
		{"/identity-backend", "/identity-backend", 404},
		{"/identity-backend", "/", 404},
		{"", "/ping", 200},
		{"", "/identity-backend/ping", 404},
		{"/a/b", "/a/b/ping", 200},
		{"/a/b", "/a/ping", 404},
	} {
		service, _ := newService(t)
		service.BasePath = test.base
		if got := send(service.Handler(), "GET", test.path, "", nil); got.StatusCode != test.status {
			t.Errorf("base %q: GET %s is %d, want %d", test.base, test.path, got.StatusCode, test.status)
		} else if got.Header.Get("Location") != "" {
			t.Errorf("GET %s is redirected", test.path)
		}
	}
}

func TestHTTPS(t *testing.T) {
	for _, test := range []struct {
		name    string
		remote  string
		tls     bool
		proto   string // X-Forwarded-Proto
		require bool
		status  int
	}{
		{"plain from elsewhere", "192.0.2.1:1", false, "", true, 403},
		{"plain from elsewhere by IPv6", "[2001:db8::1]:1", false, "", true, 403},
		{"plain from elsewhere, allowed", "192.0.2.1:1", false, "", false, 200},
		{"TLS from elsewhere", "192.0.2.1:1", true, "", true, 200},
		{"plain from the loopback", "127.0.0.1:1", false, "", true, 200},
		{"plain from all of the loopback", "127.8.9.1:1", false, "", true, 200},
		{"plain from ::1", "[::1]:1", false, "", true, 200},
		{"plain from the mapped loopback", "[::ffff:127.0.0.1]:1", false, "", true, 200},
		{"plain from elsewhere that says https", "192.0.2.1:1", false, "https", true, 403},
		{"plain through a proxy here", "127.0.0.1:1", false, "http", true, 403},
		{"TLS through a proxy here", "127.0.0.1:1", false, "https", true, 200},
		{"no address", "", false, "", true, 403},
		{"no address but a port", ":0", false, "", true, 403},
		{"a name that looks right", "127.0.0.1.example.com:1", false, "", true, 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			service, _ := newService(t)
			service.RequireHTTPS = test.require
			for _, endpoint := range []struct{ method, path string }{{"POST", "/token"}, {"GET", "/ping"}} {
				response := send(service.Handler(), endpoint.method, endpoint.path, request, func(r *http.Request) {
					r.RemoteAddr = test.remote
					if test.tls {
						r.TLS = new(tls.ConnectionState)
					}
					if test.proto != "" {
						r.Header.Set("X-Forwarded-Proto", test.proto)
					}
				})
				if response.StatusCode != test.status {
					t.Errorf("%s: status %d, want %d", endpoint.path, response.StatusCode, test.status)
				}
				if test.status == 403 {
					if code := errorOf(t, response); code != "https_required" {
						t.Errorf("%s: error %q", endpoint.path, code)
					}
				}
			}
		})
	}
}

// TestPanic breaks the service from within. The caller learns nothing of it, the
// log gets the stack, and the handler goes on.
func TestPanic(t *testing.T) {
	service, logged := newService(t)
	service.Authority.Now = func() time.Time { panic("the clock stopped") }
	handler := service.Handler()
	response := send(handler, "POST", "/token", request, nil)
	if code := errorOf(t, response); response.StatusCode != 500 || code != "server_error" {
		t.Errorf("%d %s", response.StatusCode, code)
	}
	if response.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Error("not JSON")
	}
	if log := logged.String(); !strings.Contains(log, "the clock stopped") || !strings.Contains(log, "TestPanic") {
		t.Errorf("no stack in the log: %s", log)
	}
	if send(handler, "GET", "/ping", "", nil).StatusCode != 200 {
		t.Error("the handler did not go on")
	}
}

// TestCauseGoesToTheLog follows an error that has two readers.
func TestCauseGoesToTheLog(t *testing.T) {
	service, logged := newService(t)
	response := send(service.Handler(), "POST", "/verify", "{\"token\":\"a.b\",\"aud\":\"b\"}", nil)
	body := new(bytes.Buffer)
	body.ReadFrom(response.Body)
	if !strings.Contains(logged.String(), "not three segments") {
		t.Errorf("log: %q", logged)
	}
	if strings.Contains(body.String(), "segments") {
		t.Errorf("the caller sees the cause: %s", body)
	}
}

// TestLogCannotBeForged sends line feeds wherever a caller's text may reach the
// log.
func TestLogCannotBeForged(t *testing.T) {
	service, logged := newService(t)
	for _, body := range []string{"{\"\\nforged\":1,\"\\nforged\":2}", "{\nforged", "{\"sub\":1,\"aud\":\"\\nforged\"}", "{\"token\":\"\\nforged\",\"aud\":\"b\"}"} {
		for _, path := range []string{"/token", "/verify", "/verify%0aforged"} {
			send(service.Handler(), "POST", path, body, nil)
		}
	}
	for line := range strings.Lines(logged.String()) {
		if strings.HasPrefix(line, "forged") {
			t.Errorf("a caller wrote the line %q", line)
		}
	}
}

func TestMisconfigured(t *testing.T) {
	for _, target := range []string{"/ping", "/identity-backend/token", "/verify", "/"} {
		for _, method := range []string{"GET", "POST"} {
			response := send(web.Misconfigured(), method, target, request, nil)
			if code := errorOf(t, response); response.StatusCode != 503 || code != "misconfigured" {
				t.Errorf("%s %s: %d %s", method, target, response.StatusCode, code)
			}
		}
	}
}

// TestT7Closed is a service that lets nobody in: T7 of RFC 6749 section 5.2.
func TestT7Closed(t *testing.T) {
	service, _ := newService(t)
	service.Authority.Access = authority.Access{}
	response := send(service.Handler(), "POST", "/token", request, nil)
	if code := errorOf(t, response); response.StatusCode != 401 || code != "invalid_client" {
		t.Errorf("%d %s", response.StatusCode, code)
	}
	if got := response.Header.Get("WWW-Authenticate"); got != `Basic realm="identity-backend"` {
		t.Errorf("WWW-Authenticate: %q", got)
	}
	for _, header := range []struct{ name, want string }{{"Cache-Control", "no-store"}, {"Pragma", "no-cache"}} {
		if got := response.Header.Get(header.name); got != header.want {
			t.Errorf("%s: %q", header.name, got)
		}
	}
}

func TestCutBody(t *testing.T) {
	service, _ := newService(t)
	response := send(service.Handler(), "POST", "/token", request, func(r *http.Request) { r.ContentLength = 100 })
	if code := errorOf(t, response); response.StatusCode != 400 || code != "invalid_request" {
		t.Errorf("%d %s", response.StatusCode, code)
	}
}
