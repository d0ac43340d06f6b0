// Bare signs a token under CGI with the two packages that this cannot do
// without, and with nothing else: no settings, no checks.
package main

import (
	"io"
	"net/http"
	"net/http/cgi"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

func main() {
	cgi.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := time.Now().Unix()
		token := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
			"iss": "identity-backend", "sub": "careergpt-backend", "aud": "logging-service", "iat": now, "exp": now + 900,
		})
		signed, err := token.SignedString([]byte("0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		io.WriteString(w, `{"token":"`+signed+`"}`)
	}))
}
