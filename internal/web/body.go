package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"aurorahours.com/identity-backend/internal/authority"
)

// maxBodyBytes bounds the body of a request.
const maxBodyBytes = 64 << 10

// readJSON reads the body of r, which must be one JSON object, into request.
//
// Package json reads names with their case, and refuses repeated names, invalid
// UTF-8, trailing data and values of another type. Names that request does not
// have are ignored (RFC 6749 section 3.2). PowerShell sends JSON as
// application/x-www-form-urlencoded unless it is told otherwise, so that a body
// which begins with { is JSON whatever its content type.
func readJSON(r *http.Request, request any) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	mediaType, parameters, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if body, err = decodeCharset(body, parameters["charset"]); err != nil {
		return err
	}
	switch trimmed := bytes.TrimLeft(body, " \t\r\n"); {
	case len(trimmed) == 0:
		return authority.Refuse(authority.InvalidRequest, "the body is empty: send a JSON object")
	case trimmed[0] == '{':
	case mediaType == "application/x-www-form-urlencoded":
		return refuseForm(string(body))
	default:
		return authority.Refuse(authority.InvalidRequest, "the body is not a JSON object")
	}
	if err := json.Unmarshal(body, request); err != nil {
		return refuseJSON(err)
	}
	return nil
}

// refuseJSON says where the JSON went wrong. What package json says is for
// nobody, not even the log: it quotes the body, which may hold a secret.
func refuseJSON(err error) error {
	if wrongType := (*json.SemanticError)(nil); errors.As(err, &wrongType) {
		return authority.Refuse(authority.InvalidRequest,
			fmt.Sprintf("a value is of the wrong type (near byte %d): this endpoint reads strings", wrongType.ByteOffset))
	}
	var offset int64
	if syntax := (*jsontext.SyntacticError)(nil); errors.As(err, &syntax) {
		offset = syntax.ByteOffset
	}
	return authority.Refuse(authority.InvalidRequest,
		fmt.Sprintf("the body is not one strict JSON object (near byte %d): check quotes, commas, repeated names and UTF-8", offset))
}

// readBody reads the body whole, with a bound, and without the byte order mark
// that PowerShell's Out-File writes. It never asks for ContentLength: mod_fcgid
// 2.3.9 delivers a chunked body without one.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
	if len(body) > maxBodyBytes {
		return nil, authority.Refuse(payloadTooLarge, "the body is larger than 64 KiB")
	}
	if err != nil || r.ContentLength > int64(len(body)) {
		return nil, &authority.Error{Code: authority.InvalidRequest, Description: "the body ended before its Content-Length", Cause: err}
	}
	return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), nil
}

// decodeCharset turns a body of the declared charset into UTF-8. JSON is UTF-8
// (RFC 8259 section 8.1), but PowerShell before 7.4 sends ISO-8859-1.
func decodeCharset(body []byte, charset string) ([]byte, error) {
	switch strings.ToLower(charset) {
	case "", "utf-8", "utf8", "us-ascii":
		return body, nil
	case "iso-8859-1", "latin1":
		decoded := make([]byte, 0, len(body))
		for _, b := range body {
			decoded = utf8.AppendRune(decoded, rune(b))
		}
		return decoded, nil
	}
	return nil, authority.Refuse(authority.InvalidRequest, "the charset of the body is not known here: send UTF-8")
}

// refuseForm tells a form from JSON that went wrong. The client_credentials
// grant needs registered clients, which this version does not have.
func refuseForm(body string) error {
	form, err := url.ParseQuery(body)
	if err == nil && form.Get("grant_type") != "" {
		return authority.Refuse(authority.UnsupportedGrantType, "no grant is served here yet: send a JSON object")
	}
	return authority.Refuse(authority.InvalidRequest, "the body is a form: send a JSON object (in PowerShell, pipe the body to ConvertTo-Json)")
}
