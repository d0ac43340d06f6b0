package web_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzToken sends bodies of any form. Whatever is granted, another reader of
// JSON reads from the same bytes; whatever is not is a well-formed refusal.
func FuzzToken(f *testing.F) {
	service, _ := newService(f)
	service.Log.SetOutput(io.Discard)
	handler := service.Handler()
	for _, contentType := range []string{"", "application/json", "application/x-www-form-urlencoded", "application/json; charset=iso-8859-1", "application/json; charset=utf-8", ";;"} {
		f.Add(contentType, []byte(request))
	}
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		response := send(handler, "POST", "/token", string(body), func(r *http.Request) { r.Header.Set("Content-Type", contentType) })
		answer, err := io.ReadAll(response.Body)
		if err != nil || !json.Valid(answer) {
			t.Fatalf("%v: answer %q", err, answer)
		}
		if response.StatusCode != 200 {
			if response.StatusCode != 400 && response.StatusCode != 413 {
				t.Fatalf("status %d", response.StatusCode)
			}
			return
		}
		if strings.Contains(contentType, "8859") || strings.Contains(contentType, "latin") {
			return // other bytes than the ones below
		}
		body = []byte(strings.TrimPrefix(string(body), "\ufeff"))
		var asked map[string]json.RawMessage
		if err := json.Unmarshal(body, &asked); err != nil || !utf8.Valid(body) {
			t.Fatalf("granted what is not JSON (%v): %q", err, body)
		}
		claims := claimsOf(t, answer)
		for _, name := range []string{"sub", "aud"} {
			var value string
			if err := json.Unmarshal(asked[name], &value); err != nil || claims[name] != value {
				t.Fatalf("asked %q, granted %v", body, claims)
			}
		}
	})
}

func claimsOf(t *testing.T, answer []byte) (claims map[string]any) {
	t.Helper()
	var grant struct{ Token string }
	if err := json.Unmarshal(answer, &grant); err != nil {
		t.Fatal(err)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(grant.Token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}
