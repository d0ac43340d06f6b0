//go:build unix

package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"aurorahours.com/identity-backend/internal/hosttest"
)

func TestContractOverFastCGI(t *testing.T) {
	process := hosttest.NewAccount(t, binary, contractDotenv).SpawnFastCGI()
	testContract(t, way{client: fastCGIClient(process, nil), baseURL: "http://localhost/identity-backend", rootURL: "http://localhost"})
}

func fastCGIClient(process *hosttest.FastCGIProcess, change func(*hosttest.FastCGI)) *http.Client {
	transport := &hosttest.FastCGI{Network: "unix", Address: process.Socket, OmitContentLength: true}
	if change != nil {
		change(transport)
	}
	return &http.Client{Transport: transport}
}

func TestContractThroughApache(t *testing.T) {
	for _, mode := range hosttest.ApacheModes {
		t.Run(mode.String(), func(t *testing.T) {
			account := mode.NewAccount(t, binary, contractDotenv)
			server := hosttest.StartApache(t, mode, account)
			testContract(t, way{client: server.Client, baseURL: server.URL + "/identity-backend"})
			testEntryThroughApache(t, server)
		})
	}
}

// testEntryThroughApache asks for what lies around the entry. None of it runs,
// shows itself, or is redirected.
func testEntryThroughApache(t *testing.T, server *hosttest.Server) {
	for _, test := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"POST", "", 404, "not_found"},
		{"POST", "/", 404, "not_found"},
		{"POST", "/index.html", 404, "not_found"},
		{"GET", "/.env", 404, "not_found"},
		{"GET", "/clients/a.json", 404, "not_found"},
		{"GET", "/data/identity.db", 404, "not_found"},
		{"GET", "/?dev", 200, ""}, // the console
		{"POST", "/?dev", 404, "not_found"},
		{"POST", "/?serve+--listen+127.0.0.1:0", 404, "not_found"},
		{"GET", "/identity.fcgi", 404, "not_found"},
		{"GET", "/identity.fcgi?--help", 404, "not_found"},
		{"GET", "/identity.fcgi?issue+--sub+a+--aud+b", 404, "not_found"},
		{"GET", "/identity.fcgi/ping", 404, "not_found"},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			if test.code != "" {
				exchange{method: test.method, path: test.path, status: test.status, code: test.code}.play(t, server.Client, server.URL+"/identity-backend")
				return
			}
			request, err := http.NewRequest(test.method, server.URL+"/identity-backend"+test.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := server.Client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != test.status || !strings.Contains(string(body), "<html") {
				t.Errorf("status %d, %v: %s", response.StatusCode, err, body)
			}
		})
	}
}

func TestContractThroughLighttpd(t *testing.T) {
	server := hosttest.StartLighttpd(t, hosttest.NewAccount(t, binary, contractDotenv))
	testContract(t, way{client: server.Client, baseURL: server.URL + "/identity-backend"})
}

func TestContractThroughNginx(t *testing.T) {
	server := hosttest.StartNginx(t, hosttest.NewAccount(t, binary, contractDotenv))
	testContract(t, way{client: server.Client, baseURL: server.URL + "/identity-backend"})
}

// brokenDotenv has three faults.
const brokenDotenv = "JWT_SECRET_KEY=<generate-a-strong-random-string>\nJWT_EXPIRATION_MINUTES=never\nBASE_PATH=here\n"

var (
	isMisconfigured = exchange{method: "GET", path: "/ping", status: 503, code: "misconfigured"}
	isUp            = exchange{method: "GET", path: "/ping", status: 200}
)

// TestMisconfigured mends a broken configuration behind Apache. It is a fast 503
// until then, and the faults are in the error log, all of them and no value.
func TestMisconfigured(t *testing.T) {
	for _, mode := range []hosttest.ApacheMode{hosttest.PreforkCGI, hosttest.EventFcgid} {
		t.Run(mode.String(), func(t *testing.T) {
			account := mode.NewAccount(t, binary, brokenDotenv)
			server := hosttest.StartApache(t, mode, account)
			base := server.URL + "/identity-backend"
			isMisconfigured.play(t, server.Client, base)
			for _, path := range []string{"/token", "/verify", "/nothing"} {
				misconfigured := post("", path, goodTokenBody, 503, "misconfigured")
				misconfigured.path = path
				misconfigured.play(t, server.Client, base)
			}
			log := server.ErrorLog()
			for _, fault := range []string{"JWT_SECRET_KEY (.env line 1)", "JWT_EXPIRATION_MINUTES (.env line 2)", "BASE_PATH (.env line 3)"} {
				if !strings.Contains(log, fault) {
					t.Errorf("%s is not in the log", fault)
				}
			}
			for _, value := range []string{"strong-random", "never", "here"} {
				if strings.Contains(log, value) {
					t.Errorf("the value %s is in the log", value)
				}
			}
			account.WriteDotenv(contractDotenv)
			if mode.FastCGI() {
				isMisconfigured.play(t, server.Client, base)
				account.TouchRestart()
			}
			isUp.play(t, server.Client, base)
		})
	}
}

// TestReload changes the configuration under a process that goes on.
func TestReload(t *testing.T) {
	account := hosttest.NewAccount(t, binary, contractDotenv)
	process := account.SpawnFastCGI()
	client, base := fastCGIClient(process, nil), "http://localhost/identity-backend"
	expiresIn := func() any {
		t.Helper()
		return post("", "/token", goodTokenBody, 200, "").play(t, client, base)["expires_in"]
	}
	if got := expiresIn(); got.(interface{ String() string }).String() != "900" {
		t.Fatalf("expires_in %v", got)
	}

	account.WriteDotenv(contractDotenv + "JWT_EXPIRATION_MINUTES=1\n")
	account.TouchRestart()
	if got := expiresIn(); got.(interface{ String() string }).String() != "60" {
		t.Errorf("after a good change: expires_in %v", got)
	}

	// A bad one does not take the place of a good one.
	account.WriteDotenv(brokenDotenv)
	account.TouchRestart()
	if got := expiresIn(); got.(interface{ String() string }).String() != "60" {
		t.Errorf("after a bad change: expires_in %v", got)
	}
	if log := process.Stderr(); !strings.Contains(log, "JWT_SECRET_KEY (.env line 1)") {
		t.Errorf("log: %s", log)
	}

	process.Signal(syscall.SIGTERM)
	<-process.Exited()
}

// TestDotenvAppears starts without any .env. The binary finds its app root as
// soon as there is one.
func TestDotenvAppears(t *testing.T) {
	account := hosttest.NewAccount(t, binary, "")
	if err := os.Remove(filepath.Join(account.AppRoot, ".env")); err != nil {
		t.Fatal(err)
	}
	client := fastCGIClient(account.SpawnFastCGI(), nil)
	isMisconfigured.play(t, client, "http://localhost")
	account.WriteDotenv(contractDotenv)
	account.TouchRestart()
	isUp.play(t, client, "http://localhost")
}

// TestHTTPSThroughGateways asks from elsewhere than the loopback.
func TestHTTPSThroughGateways(t *testing.T) {
	process := hosttest.NewAccount(t, binary, contractDotenv).SpawnFastCGI()
	for _, test := range []struct {
		https  bool
		status int
		code   string
	}{{false, 403, "https_required"}, {true, 200, ""}} {
		client := fastCGIClient(process, func(f *hosttest.FastCGI) {
			f.RemoteAddr, f.HTTPS = "192.0.2.1", test.https
		})
		post("", "/token", goodTokenBody, test.status, test.code).play(t, client, "http://localhost/identity-backend")
	}
}

// TestTLSThroughApache asks over TLS, and over plain http, in the name of a proxy
// that took the request from elsewhere over plain http.
func TestTLSThroughApache(t *testing.T) {
	for _, mode := range []hosttest.ApacheMode{hosttest.PreforkCGI, hosttest.EventFcgid, hosttest.SuexecFcgid} {
		t.Run(mode.String(), func(t *testing.T) {
			account := mode.NewAccount(t, binary, contractDotenv)
			for _, test := range []struct {
				options []hosttest.ApacheOption
				status  int
			}{
				{nil, 403},
				{[]hosttest.ApacheOption{hosttest.WithTLS()}, 200},
			} {
				server := hosttest.StartApache(t, mode, account, test.options...)
				request, err := http.NewRequest("GET", server.URL+"/identity-backend/ping", nil)
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("X-Forwarded-Proto", "http")
				response, err := server.Client.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				response.Body.Close()
				if response.StatusCode != test.status {
					t.Errorf("%s: status %d, want %d", server.URL, response.StatusCode, test.status)
				}
			}
		})
	}
}

// TestWorkingDirectoryIsNotTrusted puts a .env where the web server starts the
// program: the public folder.
func TestWorkingDirectoryIsNotTrusted(t *testing.T) {
	account := hosttest.NewAccount(t, binary, brokenDotenv)
	account.WriteFile(filepath.Join(account.Public, ".env"), contractDotenv, 0o644)
	isMisconfigured.play(t, fastCGIClient(account.SpawnFastCGI(), nil), "http://localhost")
}
