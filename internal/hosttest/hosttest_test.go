//go:build unix

package hosttest_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aurorahours.com/identity-backend/internal/hosttest"
)

// echo is the path of testdata/echo, built: it answers with what has reached it.
var echo string

func TestMain(m *testing.M) { os.Exit(buildEchoAndRun(m)) }

func buildEchoAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "echo")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)

	echo = filepath.Join(folder, "echo")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", echo, "./testdata/echo")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v: %s", err, output)
		return 1
	}
	return m.Run()
}

// inEachMode runs a test in each mode of Apache.
func inEachMode(t *testing.T, test func(t *testing.T, mode hosttest.ApacheMode)) {
	for _, mode := range hosttest.ApacheModes {
		t.Run(mode.String(), func(t *testing.T) {
			t.Parallel()
			test(t, mode)
		})
	}
}

// An answer is what came back, from Apache or from echo.
type answer struct {
	Status int
	Header http.Header
	Body   string
	// Echo is nil if Apache has answered by itself.
	Echo *echoed
}

type echoed struct {
	Mode          string
	Method        string
	Path          string
	Query         string
	Authorization string
	Remote        string
	HTTPS         bool
	BodyLength    int
	Arguments     []string
	User          int
	Folder        string
	Threads       string
}

// send sends a request with the target as it is: net/http might correct it.
func send(t *testing.T, server *hosttest.Server, method, target, body string, headers ...string) answer {
	t.Helper()
	address := strings.TrimPrefix(server.URL, "http://")
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(90 * time.Second)); err != nil {
		t.Fatal(err)
	}

	lines := []string{method + " " + target + " HTTP/1.1", "Host: " + address, "Connection: close"}
	if body != "" {
		lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)))
	}
	lines = append(lines, headers...)
	if _, err := io.WriteString(connection, strings.Join(lines, "\r\n")+"\r\n\r\n"+body); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	return readAnswer(t, response)
}

func readAnswer(t *testing.T, response *http.Response) answer {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}
	if a.Header.Get("X-Answered-By") == "echo" {
		a.Echo = new(echoed)
		if len(body) > 0 { // none after HEAD
			if err := json.Unmarshal(body, a.Echo); err != nil {
				t.Fatal(err)
			}
		}
	}
	return a
}

// mustEcho fails the test unless the program has answered.
func (a answer) mustEcho(t *testing.T) *echoed {
	t.Helper()
	if a.Echo == nil {
		t.Fatalf("answered by the web server: %d %s %s", a.Status, a.Header, a.Body)
	}
	return a.Echo
}
