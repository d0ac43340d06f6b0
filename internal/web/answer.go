package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"aurorahours.com/identity-backend/internal/authority"
)

// The codes of HTTP. The others are package authority's.
const (
	notFound         authority.Code = "not_found"
	methodNotAllowed authority.Code = "method_not_allowed"
	payloadTooLarge  authority.Code = "payload_too_large"
	httpsRequired    authority.Code = "https_required"
	misconfigured    authority.Code = "misconfigured"
)

// An ErrorCode is what a code means in HTTP.
type ErrorCode struct {
	Code   authority.Code
	Status int
}

// ErrorCodes is the one table from codes to HTTP statuses.
func ErrorCodes() []ErrorCode {
	return []ErrorCode{
		{authority.InvalidRequest, http.StatusBadRequest}, // RFC 6749 section 5.2
		{authority.UnsupportedGrantType, http.StatusBadRequest},
		{authority.InvalidClient, http.StatusUnauthorized},
		{authority.InvalidToken, http.StatusUnauthorized},
		{authority.TokenExpired, http.StatusUnauthorized},
		{authority.TokenNotYetValid, http.StatusUnauthorized},
		{authority.InvalidAudience, http.StatusUnauthorized},
		{authority.InvalidIssuer, http.StatusUnauthorized},
		{httpsRequired, http.StatusForbidden},
		{notFound, http.StatusNotFound},
		{methodNotAllowed, http.StatusMethodNotAllowed},
		{payloadTooLarge, http.StatusRequestEntityTooLarge},
		{authority.ServerError, http.StatusInternalServerError},
		{misconfigured, http.StatusServiceUnavailable},
	}
}

// statusOf is the status of a code, or 0 for one that is not in the table.
func statusOf(code authority.Code) int {
	for _, e := range ErrorCodes() {
		if e.Code == code {
			return e.Status
		}
	}
	return 0
}

const internalError = "something went wrong here: the error log says what"

// An answer is complete before any of it is written.
type answer struct {
	status      int
	contentType string
	headers     [][2]string
	body        []byte
}

func (a *answer) header(name, value string) {
	a.headers = append(a.headers, [2]string{name, value})
}

// write sends the answer. Content-Length is always there: Windows PowerShell 5.1
// shows the body of an error only with it.
func (a *answer) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	h.Set("X-Content-Type-Options", "nosniff")
	// RFC 6749 section 5.1. An answer here is about one moment, and most carry
	// a token or claims.
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	for _, header := range a.headers {
		h.Set(header[0], header[1])
	}
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		// The caller has gone if this fails; there is nobody to tell.
		_, _ = w.Write(a.body)
	}
}

// jsonAnswer encodes the body. < and > are escaped: Windows PowerShell 5.1 cuts
// what stands between them out of an error's body.
func jsonAnswer(status int, body any) (*answer, error) {
	encoded, err := json.Marshal(body, jsontext.EscapeForHTML(true))
	if err != nil {
		return nil, err
	}
	return &answer{status: status, contentType: "application/json; charset=utf-8", body: encoded}, nil
}

// asError finds what the caller may see of err.
func asError(err error) *authority.Error {
	var told *authority.Error
	if errors.As(err, &told) && statusOf(told.Code) != 0 {
		return told
	}
	return authority.Refuse(authority.ServerError, internalError)
}

// An errorBody is the body of a refusal (RFC 6749 section 5.2).
type errorBody struct {
	Valid       *bool          `json:"valid,omitempty"` // of /verify only
	Error       authority.Code `json:"error"`
	Description string         `json:"error_description"`
}

func refuseAny(told *authority.Error) *answer {
	return refuseWith(told, errorBody{})
}

func refuseWith(told *authority.Error, body errorBody) *answer {
	body.Error, body.Description = told.Code, told.Description
	result, err := jsonAnswer(statusOf(told.Code), body)
	if err != nil {
		panic(err) // two strings and a bool of ours
	}
	return result
}
