package gateway

import (
	"io"
	"net/http"
)

// bodyFirst reads the body of a request to its end before the first byte of the
// answer, whether handler wanted it or not.
//
// Web servers lose the answer else. Under mod_cgid standard input is one end of
// a Unix socket: a process that ends with bytes unread there resets it (Linux,
// unix_release_sock), and Apache drops its caller's connection. nginx sends no
// more of the body once it sees an answer, and waits for the end of the
// connection, while net/http/fcgi waits for the end of the body.
func bodyFirst(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(&bodyFirstWriter{ResponseWriter: w, body: r.Body}, r)
	})
}

type bodyFirstWriter struct {
	http.ResponseWriter
	body io.Reader
}

func (w *bodyFirstWriter) WriteHeader(status int) {
	drain(w.body)
	w.ResponseWriter.WriteHeader(status)
}

func (w *bodyFirstWriter) Write(p []byte) (int, error) {
	drain(w.body)
	return w.ResponseWriter.Write(p)
}

// drain reads what nobody wants. How much and how long is the web server's to
// bound: it takes in the whole body all the same. Only Read is called, for the
// requests of net/http/fcgi without a body share one reader, and its WriteTo is
// a data race even at the end.
func drain(body io.Reader) { _, _ = io.Copy(io.Discard, struct{ io.Reader }{body}) }
