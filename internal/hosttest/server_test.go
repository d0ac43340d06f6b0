//go:build unix

package hosttest_test

import (
	"net/http"
	"strings"
	"testing"

	"aurorahours.com/identity-backend/internal/hosttest"
)

func TestApacheTLS(t *testing.T) {
	inEachMode(t, func(t *testing.T, mode hosttest.ApacheMode) {
		server := hosttest.StartApache(t, mode, mode.NewAccount(t, echo, ""), hosttest.WithTLS())
		response, err := server.Client.Get(server.URL + "/identity-backend/ping")
		if err != nil {
			t.Fatal(err)
		}
		if got := readAnswer(t, response).mustEcho(t); !got.HTTPS {
			t.Errorf("not https: %+v", got)
		}
	})
}

func TestApacheGraceful(t *testing.T) {
	inEachMode(t, func(t *testing.T, mode hosttest.ApacheMode) {
		server := hosttest.StartApache(t, mode, mode.NewAccount(t, echo, ""))
		pid := server.PID()
		for range 2 {
			send(t, server, "GET", "/identity-backend/ping", "").mustEcho(t)
			server.Graceful()
		}
		send(t, server, "GET", "/identity-backend/ping", "").mustEcho(t)
		if server.PID() != pid {
			t.Error("another process")
		}
	})
}

func TestServerStops(t *testing.T) {
	server := hosttest.StartApache(t, hosttest.PreforkCGI, hosttest.NewAccount(t, echo, ""))
	server.Stop()
	if _, err := server.Client.Get(server.URL); err == nil {
		t.Error("still answers")
	}
	if !strings.Contains(server.ErrorLog(), "shutting down") {
		t.Errorf("error log: %s", server.ErrorLog())
	}
}

// The other servers: no .htaccess there, but the same program.
func TestOtherServers(t *testing.T) {
	servers := map[string]func(testing.TB, *hosttest.Account) *hosttest.Server{
		"lighttpd": hosttest.StartLighttpd,
		"nginx":    hosttest.StartNginx,
	}
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t, hosttest.NewAccount(t, echo, ""))
			for _, target := range []string{"/identity-backend", "/identity-backend/", "/identity-backend/token"} {
				got := send(t, server, "POST", target, "0123456789", "Authorization: Basic eDp5").mustEcho(t)
				if got.Mode != "fastcgi" || got.Path != target || got.BodyLength != 10 || got.Authorization != "Basic eDp5" ||
					!strings.HasPrefix(got.Remote, "127.0.0.1:") || got.User == 0 {
					t.Errorf("%s: %+v", target, got)
				}
			}
		})
	}
}

func TestClientFollowsNoRedirect(t *testing.T) {
	server := hosttest.StartApache(t, hosttest.PreforkCGI, hosttest.NewAccount(t, echo, ""),
		hosttest.WithDirectives("Redirect 302 /old /new"))
	response, err := server.Client.Get(server.URL + "/old")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusFound {
		t.Errorf("status %d, want 302", response.StatusCode)
	}
}
