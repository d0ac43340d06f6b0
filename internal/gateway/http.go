package gateway

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"time"
)

// ServeHTTP answers HTTP requests from listener until ctx ends, then finishes
// what it has in hand.
func ServeHTTP(ctx context.Context, listener net.Listener, handler http.Handler, log *log.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ErrorLog:          log,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,

		DisableGeneralOptionsHandler: true, // OPTIONS * gets our answer
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveWithin)
		defer cancel()
		stopped <- server.Shutdown(limit)
	})
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
