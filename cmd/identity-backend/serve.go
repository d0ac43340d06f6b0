package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log"
	"net"
	"time"

	"aurorahours.com/identity-backend/internal/config"
	"aurorahours.com/identity-backend/internal/gateway"
)

const defaultListen = "127.0.0.1:8080"

func (i *invocation) logger() *log.Logger {
	return log.New(i.stderr, "identity-backend: ", 0)
}

// serve answers HTTP. A person started it, so that an unusable configuration
// ends it, where a web server's process would stay and answer 503.
func serve(ctx context.Context, i *invocation) error {
	set, home := i.flags("serve")
	listen := set.String("listen", defaultListen, "the `address` to listen on")
	if err := i.parse(set, 0); err != nil {
		return err
	}
	c, err := i.load(*home)
	if err != nil {
		return hinted{err, "identity-backend check shows the whole configuration; identity-backend dev needs none"}
	}
	logger := i.logger()
	handler, err := newHandler(c, logger, time.Now)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return hinted{err, "choose another port with --listen 127.0.0.1:PORT"}
	}
	ctx, stop := untilSignal(ctx)
	defer stop()
	warn(c, logger)
	logger.Printf("listening on %s", baseURL(listener, c))
	return gateway.ServeHTTP(ctx, listener, handler, logger)
}

// dev answers HTTP on the loopback with a configuration that ends with it.
func dev(ctx context.Context, i *invocation) error {
	set, _ := i.flags("dev")
	listen := set.String("listen", "", "the `address` to listen on (default "+defaultListen+", or a free port if that is taken)")
	if err := i.parse(set, 0); err != nil {
		return err
	}
	c, err := config.Load("", throwAway)
	if err != nil {
		return err
	}
	logger := i.logger()
	handler, err := newHandler(c, logger, time.Now)
	if err != nil {
		return err
	}
	listener, err := listenOnLoopback(*listen)
	if err != nil {
		return err
	}
	ctx, stop := untilSignal(ctx)
	defer stop()
	printCalls(i.stdout, baseURL(listener, c))
	return gateway.ServeHTTP(ctx, listener, handler, logger)
}

// throwAway is an environment that holds a fresh secret and lets everyone in.
func throwAway(name string) (string, bool) {
	switch name {
	case "JWT_SECRET_KEY":
		return rand.Text() + rand.Text(), true
	case "TOKEN_ACCESS":
		return config.AccessOpen, true
	}
	return "", false
}

func listenOnLoopback(address string) (net.Listener, error) {
	if address == "" {
		listener, err := net.Listen("tcp", defaultListen)
		if err != nil { // taken, most likely; each system has its own error for that
			return net.Listen("tcp", "127.0.0.1:0")
		}
		return listener, nil
	}
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	if !resolved.IP.IsLoopback() {
		return nil, hinted{fmt.Errorf("dev listens on the loopback only, not on %s", address), "use identity-backend serve, with a secret of its own"}
	}
	return net.ListenTCP("tcp", resolved)
}

func baseURL(listener net.Listener, c *config.Config) string {
	return "http://" + listener.Addr().String() + c.BasePath
}
