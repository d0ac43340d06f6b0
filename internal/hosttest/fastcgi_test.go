//go:build unix

package hosttest_test

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"aurorahours.com/identity-backend/internal/hosttest"
)

func TestFastCGI(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	tests := []struct {
		name    string
		client  hosttest.FastCGI
		request func(*http.Request)
		body    string
		check   func(*echoed) bool
	}{
		{name: "plain", check: func(e *echoed) bool {
			return e.Mode == "fastcgi" && e.Method == "POST" && e.Path == "/identity-backend/token" &&
				e.Query == "a=b" && e.Remote == "127.0.0.1:49152" && !e.HTTPS
		}},
		{name: "no arguments", check: func(e *echoed) bool { return len(e.Arguments) == 0 }},
		{name: "https", client: hosttest.FastCGI{HTTPS: true}, check: func(e *echoed) bool { return e.HTTPS }},
		{name: "remote address", client: hosttest.FastCGI{RemoteAddr: "192.0.2.1"},
			check: func(e *echoed) bool { return e.Remote == "192.0.2.1:49152" }},
		{name: "parameter", client: hosttest.FastCGI{Params: map[string]string{"REQUEST_URI": "/other"}},
			check: func(e *echoed) bool { return e.Path == "/other" }},
		{name: "authorization", request: func(r *http.Request) { r.SetBasicAuth("x", "y") },
			check: func(e *echoed) bool { return e.Authorization == "Basic eDp5" }},
		{name: "long header", request: func(r *http.Request) { r.Header.Set("Authorization", long) },
			check: func(e *echoed) bool { return e.Authorization == long }},
		{name: "long body", body: strings.Repeat(long, 20), check: func(e *echoed) bool { return e.BodyLength == 1_400_000 }},
		{name: "no content length", client: hosttest.FastCGI{OmitContentLength: true}, body: "0123456789",
			check: func(e *echoed) bool { return e.BodyLength == 10 }},
	}
	program := hosttest.NewAccount(t, echo, "").SpawnFastCGI()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			request, err := http.NewRequest("POST", "http://localhost/identity-backend/token?a=b", strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			if test.request != nil {
				test.request(request)
			}
			test.client.Network, test.client.Address = "unix", program.Socket
			response, err := (&http.Client{Transport: &test.client}).Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if got := readAnswer(t, response).mustEcho(t); !test.check(got) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestFastCGIHangUp(t *testing.T) {
	program := hosttest.SpawnFastCGI(t, []string{echo}, t.TempDir(), nil)
	client := &http.Client{Transport: &hosttest.FastCGI{Network: "unix", Address: program.Socket}}
	if response, err := client.Get("http://localhost/leave"); err == nil {
		t.Errorf("no error but %s", response.Status)
	}
	<-program.Exited()
	if got := program.Stderr(); got != "leaving without an answer\n" {
		t.Errorf("stderr %q", got)
	}
}

func TestSpawnFastCGI(t *testing.T) {
	folder := t.TempDir()
	program := hosttest.SpawnFastCGI(t, []string{echo}, folder, nil)
	client := &http.Client{Transport: &hosttest.FastCGI{Network: "unix", Address: program.Socket}}
	response, err := client.Get("http://localhost/")
	if err != nil {
		t.Fatal(err)
	}
	if got := readAnswer(t, response).mustEcho(t); got.Folder != folder || got.Threads != "" {
		t.Errorf("%+v", got)
	}

	program.Signal(syscall.SIGTERM)
	<-program.Exited()
	program.Stop()
	if _, err := client.Get("http://localhost/"); err == nil {
		t.Error("still answers")
	}
}
