package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/fcgi"
	"os"
	"runtime"
	"sync"
	"time"
)

const (
	// backlogGrace is how long a process that was told to leave still takes
	// requests. A request may be in the queue of the listening socket already,
	// and a web server has no way to learn that it was dropped there.
	backlogGrace = 50 * time.Millisecond
	// leaveWithin bounds the wait for requests in hand. Apache sends SIGKILL
	// eight seconds after SIGTERM (mod_fcgid 2.3.9, pm_main.c:404-462).
	leaveWithin = 7 * time.Second
)

// ServeFastCGI answers requests from the listening socket on standard input
// until ctx ends. Then it finishes what it has in hand and returns nil.
func ServeFastCGI(ctx context.Context, handler http.Handler) error {
	if os.Getenv("GOMAXPROCS") == "" {
		// A web server gives a process one request at a time, and CloudLinux
		// counts threads. identity.fcgi sets the variable, which is cheaper.
		runtime.GOMAXPROCS(1)
	}
	listener, err := net.FileListener(os.Stdin)
	if err != nil {
		return fmt.Errorf("listen on standard input: %w", err)
	}
	return serveFastCGI(ctx, listener, handler, backlogGrace)
}

func serveFastCGI(ctx context.Context, listener net.Listener, handler http.Handler, grace time.Duration) error {
	counted := &countingListener{Listener: listener}
	stop := context.AfterFunc(ctx, func() {
		if l, ok := listener.(interface{ SetDeadline(time.Time) error }); ok {
			_ = l.SetDeadline(time.Now().Add(grace))
		}
	})
	defer stop()
	for {
		err := fcgi.Serve(counted, bodyFirst(handler))
		switch {
		case ctx.Err() != nil:
			return counted.wait(leaveWithin)
		case isTemporary(err):
			// Out of file descriptors, say: the next one to close frees one.
			time.Sleep(10 * time.Millisecond)
		default:
			return fmt.Errorf("accept a FastCGI connection: %w", err)
		}
	}
}

func isTemporary(err error) bool {
	var temporary interface{ Temporary() bool }
	return errors.As(err, &temporary) && temporary.Temporary()
}

// A countingListener knows how many of its connections are open. A connection is
// one request, for mod_fcgid makes a fresh one for each; net/http/fcgi closes it
// when the answer is written.
type countingListener struct {
	net.Listener
	open sync.WaitGroup
}

func (l *countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.open.Add(1)
	return &countedConn{Conn: conn, closed: sync.OnceFunc(l.open.Done)}, nil
}

// wait waits until no connection is open.
func (l *countingListener) wait(limit time.Duration) error {
	none := make(chan struct{})
	go func() {
		l.open.Wait()
		close(none)
	}()
	select {
	case <-none:
		return nil
	case <-time.After(limit):
		return fmt.Errorf("left after %v with requests in hand", limit)
	}
}

type countedConn struct {
	net.Conn
	closed func()
}

func (c *countedConn) Close() error {
	defer c.closed()
	return c.Conn.Close()
}
