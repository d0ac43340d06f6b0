// Echo stands in for identity-backend in the tests of hosttest: it finds out how
// it was started as that does, and answers with what has reached it.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/fcgi"
	"os"
	"syscall"
)

func main() {
	mode, serve := "cgi", cgi.Serve
	if listening, err := syscall.GetsockoptInt(0, syscall.SOL_SOCKET, syscall.SO_ACCEPTCONN); err == nil && listening == 1 {
		mode, serve = "fastcgi", func(handler http.Handler) error { return fcgi.Serve(nil, handler) }
	}
	err := serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/leave" {
			fmt.Fprintln(os.Stderr, "leaving without an answer")
			os.Exit(0)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		folder, _ := os.Getwd()
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("X-Answered-By", "echo")
		json.NewEncoder(w).Encode(map[string]any{
			"mode":          mode,
			"method":        r.Method,
			"path":          r.URL.Path,
			"query":         r.URL.RawQuery,
			"authorization": r.Header.Get("Authorization"),
			"remote":        r.RemoteAddr,
			"https":         r.TLS != nil,
			"bodyLength":    len(body),
			"arguments":     os.Args[1:],
			"user":          os.Getuid(),
			"folder":        folder,
			"threads":       os.Getenv("GOMAXPROCS"),
		})
	}))
	if err != nil {
		fmt.Fprintln(os.Stderr, "echo:", err)
		os.Exit(1)
	}
}
