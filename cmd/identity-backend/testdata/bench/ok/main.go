// Ok says OK under FastCGI, else under CGI: the least that a Go program behind
// Apache can do.
package main

import (
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/fcgi"
	"os"
)

func main() {
	ok := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", "2")
		io.WriteString(w, "OK")
	})
	if os.Getenv("GATEWAY_INTERFACE") != "" {
		cgi.Serve(ok)
		return
	}
	listener, err := net.FileListener(os.Stdin)
	if err != nil {
		os.Exit(1)
	}
	fcgi.Serve(listener, ok)
}
