//go:build unix

package main

import (
	"bufio"
	"io"
	"log"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

func TestContractOverServe(t *testing.T) {
	server := startServe(t, "serve", "--home", appRoot(t, contractDotenv), "--listen", "127.0.0.1:0")
	testContract(t, way{client: http.DefaultClient, baseURL: server, rootURL: strings.TrimSuffix(server, "/identity-backend")})
}

// startServe starts a command that listens, and returns the base URL that it
// prints.
func startServe(t testing.TB, arguments ...string) string {
	t.Helper()
	lines := bufio.NewScanner(startListening(t, arguments...))
	for lines.Scan() {
		if _, address, found := strings.Cut(lines.Text(), "listening on "); found {
			return strings.Fields(address)[0]
		}
	}
	t.Fatalf("%s ended without an address", arguments[0])
	return ""
}

// startListening starts a command that goes on until it gets SIGTERM, and
// returns what it prints.
func startListening(t testing.TB, arguments ...string) io.Reader {
	t.Helper()
	command := exec.Command(binary, arguments...)
	command.Env = []string{"HOME=" + t.TempDir()}
	output, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	command.Stdout, command.Stderr = writer, writer
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer output.Close()
		if err := command.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := command.Wait(); err != nil {
			t.Errorf("%s after SIGTERM: %v", arguments[0], err)
		}
	})
	return output
}

func TestContractOverCGI(t *testing.T) {
	server := httptest.NewServer(cgiHost(t, appRoot(t, contractDotenv), io.Discard))
	defer server.Close()
	testContract(t, way{
		client: server.Client(), baseURL: server.URL + "/identity-backend", rootURL: server.URL,
		chunkedFails: true, // net/http/cgi's host refuses them; Apache does not
	})
}

// cgiHost starts the binary for each request, as mod_cgi does.
func cgiHost(t testing.TB, home string, stderr io.Writer) http.Handler {
	t.Helper()
	return &cgi.Handler{
		Path:   binary,
		Dir:    t.TempDir(), // the document root holds nothing
		Env:    []string{"IDENTITY_HOME=" + home},
		Stderr: stderr,
		Logger: log.New(stderr, "", 0),
	}
}
