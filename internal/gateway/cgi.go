package gateway

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cgi"
	"os"
	"strconv"
)

// ServeCGI answers the one request of the environment and standard input.
//
// net/http/cgi gives a request without CONTENT_LENGTH no body. Apache passes on
// a chunked body so, and closes standard input after it.
func ServeCGI(handler http.Handler) error {
	reached := false
	err := cgi.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached = true
		if r.ContentLength == 0 && r.Header.Get("Transfer-Encoding") != "" {
			r.ContentLength = -1
			r.Body = io.NopCloser(os.Stdin)
		}
		bodyFirst(handler).ServeHTTP(w, r)
	}))
	if !reached {
		// The environment is no request: of a caller's doing, a Host or a URI
		// that net/url cannot read.
		length, _ := strconv.ParseInt(os.Getenv("CONTENT_LENGTH"), 10, 64)
		drain(io.LimitReader(os.Stdin, length))
		fmt.Print(badRequest)
	}
	return err
}

// badRequest is a whole CGI response (RFC 3875 section 6).
const badRequest = "Status: 400 Bad Request\r\n" +
	"Content-Type: application/json; charset=utf-8\r\n" +
	"Content-Length: 87\r\n\r\n" +
	`{"error":"invalid_request","error_description":"the URL or the Host header is invalid"}`
