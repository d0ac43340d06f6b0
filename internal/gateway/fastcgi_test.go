//go:build unix

package gateway

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"aurorahours.com/identity-backend/internal/hosttest"
)

// TestLeaving ends the loop while a request is in hand. That one is answered, and
// so are those that come within the grace.
func TestLeaving(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "socket")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	entered, release := make(chan bool, 3), make(chan bool)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entered <- true
		<-release
		io.WriteString(w, "done")
	})
	ctx, leave := context.WithCancel(context.Background())
	left := make(chan error, 1)
	go func() { left <- serveFastCGI(ctx, listener, handler, 2*time.Second) }()

	answers := make(chan error, 3)
	ask := func() {
		client := &http.Client{Transport: &hosttest.FastCGI{Network: "unix", Address: socket}}
		response, err := client.Get("http://localhost/")
		if err == nil {
			var body []byte
			if body, err = io.ReadAll(response.Body); err == nil && string(body) != "done" {
				err = errors.New("answered " + string(body))
			}
		}
		answers <- err
	}
	go ask()
	<-entered
	leave()
	for range 2 {
		go ask()
	}
	for range 2 {
		select {
		case err := <-left:
			t.Fatalf("left with requests in hand: %v", err)
		case <-entered:
		}
	}
	close(release)
	for range 3 {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
	if err := <-left; err != nil {
		t.Error(err)
	}
}

// TestNotLeaving breaks the listener, which is not a reason to leave quietly.
func TestNotLeaving(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := serveFastCGI(context.Background(), listener, http.NotFoundHandler(), 0); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// TestWaitIsBounded leaves a connection open for ever.
func TestWaitIsBounded(t *testing.T) {
	listener := &countingListener{}
	listener.open.Add(1)
	defer listener.open.Done()
	if err := listener.wait(time.Millisecond); err == nil {
		t.Error("no error")
	}
}
