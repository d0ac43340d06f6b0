package keyring

import (
	"errors"
	"fmt"
	"strings"
)

// headerNames are the header parameters that have a meaning here, or would
// change that of the token if they were understood.
var headerNames = []string{"alg", "typ", "cty", "kid", "crit", "b64", "zip", "enc", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256"}

// refused are the parameters with which a token is not what it seems to a
// verifier that passes them over: extensions that must be understood (RFC 7515
// section 4.1.11; this one understands none), an unencoded payload (RFC 7797),
// compression (RFC 8725 section 3.6), encryption, and a nested token (RFC 7519
// section 5.2).
var refused = []string{"crit", "b64", "zip", "enc", "cty"}

// readHeader reads a JOSE header and returns its algorithm. All that the header
// says of keys (kid, jku, jwk, x5u, x5c) is a stranger's text and is not looked
// at (RFC 8725 section 3.10).
func readHeader(text []byte) (algorithm string, err error) {
	header, err := readObject(text, headerNames)
	if err != nil {
		return "", err
	}
	for _, name := range refused {
		if _, present := header[name]; present {
			return "", fmt.Errorf("%s is not supported", name)
		}
	}
	typ, present, err := header.text("typ")
	if err != nil {
		return "", err
	}
	if present && !isAccessToken(typ) {
		return "", errors.New("typ is of another kind of token")
	}
	if _, _, err := header.text("kid"); err != nil {
		return "", err
	}
	algorithm, present, err = header.text("alg")
	if err == nil && !present {
		err = errors.New("no alg")
	}
	return algorithm, err
}

// isAccessToken tells tokens of ours from those of another kind that the same
// key might sign (RFC 8725 section 3.11): JWT, and at+jwt of RFC 9068, by the
// comparison of media types (RFC 7515 section 4.1.9).
func isAccessToken(typ string) bool {
	// No letter below folds to one outside ASCII, while ToLower makes i of \u0130.
	const prefix = "application/"
	if len(typ) > len(prefix) && strings.EqualFold(typ[:len(prefix)], prefix) {
		typ = typ[len(prefix):]
	}
	return strings.EqualFold(typ, "JWT") || strings.EqualFold(typ, "at+jwt")
}
