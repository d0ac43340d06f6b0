// Package authority decides who gets a token, what stands in it, and which
// tokens are good. It knows nothing of HTTP, files of settings, or key bytes.
//
// An Authority holds no state: several processes answer at once, and each may
// end after any request. Its clock is a field.
package authority

import (
	"strings"
	"time"
	"unicode/utf8"

	"aurorahours.com/identity-backend/internal/keyring"
)

// An Authority issues and verifies tokens. All fields must be set, and must not
// change while it is in use.
type Authority struct {
	Keys     *keyring.Ring
	Issuer   string        // the iss claim; with an empty one no token verifies
	Lifetime time.Duration // of a token; whole seconds
	Leeway   time.Duration // forgiven on exp and nbf by Verify
	Access   Access        // who gets a token
	Now      func() time.Time
}

// A TokenRequest is what a caller asks for. Both fields are required.
type TokenRequest struct {
	Subject  string
	Audience string
}

// A Grant is an issued token.
type Grant struct {
	Token    string
	Lifetime time.Duration
}

// MaxNameBytes bounds the subject and the audience, so that every token that is
// issued is small enough to be verified, and to travel in a header.
const MaxNameBytes = 256

// Issue decides on a request for a token.
func (a *Authority) Issue(request TokenRequest) (*Grant, error) {
	// 1. Who asks. No client is registered in this version, so the answer is
	// the same for everyone.
	if err := a.Access.allow(); err != nil {
		return nil, err
	}
	// 2. What is asked for.
	if err := checkName("sub", request.Subject); err != nil {
		return nil, err
	}
	if err := checkName("aud", request.Audience); err != nil {
		return nil, err
	}
	// 3. Sign.
	now := a.Now()
	token, err := a.Keys.Sign(keyring.Claims{
		Issuer:   a.Issuer,
		Subject:  request.Subject,
		Audience: request.Audience,
		IssuedAt: now.Unix(),
		Expires:  now.Add(a.Lifetime).Unix(),
		ID:       keyring.NewID(),
	})
	if err != nil {
		return nil, &Error{ServerError, "the token could not be signed", err}
	}
	return &Grant{token, a.Lifetime}, nil
}

// checkName checks a subject or an audience. Control characters are refused,
// for these end up in the logs of whoever reads the token.
func checkName(parameter, value string) error {
	switch {
	case value == "":
		return Refuse(InvalidRequest, parameter+" is missing")
	case len(value) > MaxNameBytes:
		return Refuse(InvalidRequest, parameter+" is longer than 256 bytes")
	case !utf8.ValidString(value):
		return Refuse(InvalidRequest, parameter+" is not valid UTF-8")
	case strings.ContainsFunc(value, isControl):
		return Refuse(InvalidRequest, parameter+" holds a control character")
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

// Verify decides whether a token is good for audience. Of several faults the
// first in this order is told: signature and form, expiry, not yet valid,
// audience, issuer. A token is expired at the second of its exp.
func (a *Authority) Verify(token, audience string) (*keyring.Payload, error) {
	if token == "" {
		return nil, Refuse(InvalidRequest, "token is missing")
	}
	if audience == "" {
		return nil, Refuse(InvalidRequest, "aud is missing: name the audience that the token must be for")
	}
	payload, err := a.Keys.Verify(token)
	if err != nil {
		return nil, &Error{InvalidToken, "the token is malformed or its signature does not hold", err}
	}
	now := a.Now()
	switch {
	case !now.Before(payload.Expires.Add(a.Leeway)):
		return nil, Refuse(TokenExpired, "the token has expired: get a new one")
	case now.Before(payload.NotBefore.Add(-a.Leeway)):
		return nil, Refuse(TokenNotYetValid, "the token is not valid yet: compare the clocks")
	case !payload.HasAudience(audience):
		return nil, Refuse(InvalidAudience, "the token is for another audience")
	case a.Issuer == "" || payload.Issuer != a.Issuer:
		return nil, Refuse(InvalidIssuer, "the token is from another issuer")
	}
	return payload, nil
}
