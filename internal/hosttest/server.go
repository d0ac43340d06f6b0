//go:build unix

package hosttest

import (
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A Server is a running web server that serves an account.
type Server struct {
	// URL is where it listens, without a path: http://127.0.0.1:49152.
	URL string
	// Client trusts the server's certificate and follows no redirect.
	Client *http.Client

	process *Process
	ready   string
}

// A serverPlan says how to start a web server.
type serverPlan struct {
	// command writes the configuration for a port and returns the command line.
	command func(port int) []string
	// log is where the server writes its errors.
	log string
	// ready is what it writes there once it listens.
	ready  string
	scheme string
	client *http.Client
}

// startServer starts a web server on a free port, and waits until it listens. To
// find a free port is to lose it again to whoever is faster: hence the loop.
func startServer(t testing.TB, plan serverPlan) *Server {
	t.Helper()
	for attempt := 1; ; attempt++ {
		address := freeAddress(t)
		process := startProcess(t, startPlan{
			command: plan.command(address.Port),
			env:     []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
			log:     plan.log,
		})
		err := process.awaitOutput(plan.ready, 0)
		if err == nil {
			t.Cleanup(plan.client.CloseIdleConnections)
			return &Server{
				URL:     plan.scheme + "://" + address.String(),
				Client:  plan.client,
				process: process,
				ready:   plan.ready,
			}
		}
		if attempt == 5 || !strings.Contains(process.Stderr(), "Address already in use") {
			t.Fatal(err)
		}
	}
}

// ErrorLog is what the server has written to its error log so far, together with
// what its programs have written to stderr.
func (s *Server) ErrorLog() string { return s.process.Stderr() }

// PID is the process id of the server's first process.
func (s *Server) PID() int { return s.process.PID }

// Signal sends a signal to the server's first process.
func (s *Server) Signal(signal syscall.Signal) {
	s.process.t.Helper()
	s.process.Signal(signal)
}

// Stop stops the server and waits until its processes are gone. The end of the
// test does so too.
func (s *Server) Stop() {
	s.process.t.Helper()
	s.process.Stop()
}

// newClient is a client that follows no redirect: nothing here may send one.
func newClient(transport *http.Transport) *http.Client {
	return &http.Client{
		Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
		// mod_fcgid may try for a minute before it gives a program up.
		Timeout: 90 * time.Second,
	}
}

func freeAddress(t testing.TB) *net.TCPAddr {
	t.Helper()
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr)
}
