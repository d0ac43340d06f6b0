package keyring

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// A Payload is the claims of a token whose signature holds.
type Payload struct {
	JSON      []byte // the claims as they were signed
	Issuer    string
	Subject   string
	Audience  []string
	ID        string
	Expires   time.Time // never zero: a token without exp is refused
	NotBefore time.Time // zero when there is no nbf
}

// HasAudience says whether the token is meant for audience (RFC 7519 section
// 4.1.3). Nothing is meant for the empty one.
func (p *Payload) HasAudience(audience string) bool {
	return audience != "" && slices.Contains(p.Audience, audience)
}

// claimNames are the claims whose form is checked.
var claimNames = []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "client_id"}

// readPayload reads the claims set (RFC 7519 section 7.2, step 10).
func readPayload(text []byte) (*Payload, error) {
	claims, err := readObject(text, claimNames)
	if err != nil {
		return nil, err
	}
	p := &Payload{JSON: text}
	for name, field := range map[string]*string{
		"iss": &p.Issuer, "sub": &p.Subject, "jti": &p.ID, "scope": nil, "client_id": nil,
	} {
		value, _, err := claims.text(name)
		if err != nil {
			return nil, err
		}
		if field != nil {
			*field = value
		}
	}
	if p.Audience, err = claims.audience(); err != nil {
		return nil, fmt.Errorf("aud: %w", err)
	}
	var present bool
	if p.Expires, present, err = claims.date("exp"); err != nil {
		return nil, err
	}
	if !present {
		return nil, errors.New("no exp")
	}
	if p.NotBefore, _, err = claims.date("nbf"); err != nil {
		return nil, err
	}
	// A slow clock elsewhere is no reason to refuse a token, so iat must be a
	// date, and may be any.
	_, _, err = claims.date("iat")
	return p, err
}

// audience reads aud, a string or a list of strings (RFC 7519 section 4.1.3).
func (o object) audience() ([]string, error) {
	raw, present := o["aud"]
	if !present {
		return nil, nil
	}
	if raw.Kind() != '[' {
		one, err := unquote(raw)
		return []string{one}, err
	}
	var all []string
	decoder := jsontext.NewDecoder(strings.NewReader(string(raw)))
	if _, err := decoder.ReadToken(); err != nil {
		return nil, errSyntax
	}
	for decoder.PeekKind() != ']' {
		value, err := decoder.ReadValue()
		if err != nil {
			return nil, errSyntax
		}
		one, err := unquote(value)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// latest is the last second of the year 9999, the bound of RFC 3339 dates. A
// number beyond it is no date, and some verifiers overflow on it into the past.
const latest = 253402300799

// date reads a NumericDate: seconds since 1970 as a JSON number (RFC 7519
// section 2), here without a sign or an exponent and not after the year 9999.
func (o object) date(name string) (t time.Time, present bool, err error) {
	raw, present := o[name]
	if !present {
		return time.Time{}, false, nil
	}
	whole, fraction, _ := strings.Cut(string(raw), ".")
	seconds, err := strconv.ParseUint(whole, 10, 64)
	if err != nil || seconds > latest || strings.ContainsAny(fraction, "eE") {
		return time.Time{}, true, fmt.Errorf("%s: not a date in seconds since 1970", name)
	}
	// The value is valid JSON, so that fraction holds digits only.
	nanoseconds, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	return time.Unix(int64(seconds), nanoseconds), true, nil
}
