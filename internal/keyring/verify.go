package keyring

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// MaxTokenBytes bounds a token. A larger one is refused unread.
const MaxTokenBytes = 8 << 10

// ErrInvalid is the error of every token that Verify refuses. What it wraps
// says why, for the log alone: to a caller all refusals look the same.
var ErrInvalid = errors.New("invalid token")

// canonical refuses trailing bits that are not zero, so that a signature has one
// spelling (RFC 4648 section 3.5).
var canonical = base64.RawURLEncoding.Strict()

// Verify checks that one of the ring's keys signed the token, and that its
// payload can be read in one way only. It does not compare claims with the time
// or with what anyone expects: that is to decide, and the caller's. The error is
// ErrInvalid.
func (r *Ring) Verify(token string) (*Payload, error) {
	payload, err := r.verify(token)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return payload, nil
}

func (r *Ring) verify(token string) (*Payload, error) {
	// 1. Size, before anything is read.
	if len(token) > MaxTokenBytes {
		return nil, errors.New("too large")
	}
	// 2. Spelling: three segments of base64url, without padding or line breaks
	// (RFC 7515 sections 2 and 7.1).
	segments := strings.SplitN(token, ".", 4) // no more: a token may be all dots
	if len(segments) != 3 {
		return nil, errors.New("not three segments")
	}
	var decoded [3][]byte
	for i, segment := range segments {
		var err error
		if decoded[i], err = decodeSegment(segment); err != nil {
			return nil, fmt.Errorf("segment %d: %w", i+1, err)
		}
	}
	// 3. Header.
	algorithm, err := readHeader(decoded[0])
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	// 4. Signature.
	signed := token[:len(segments[0])+1+len(segments[1])]
	if err := r.verifySignature(algorithm, signed, decoded[2]); err != nil {
		return nil, err
	}
	// 5. Payload.
	payload, err := readPayload(decoded[1])
	if err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	return payload, nil
}

// verifySignature tries the keys of the algorithm. The library compares in
// constant time and whole (RFC 7518 section 3.2).
func (r *Ring) verifySignature(algorithm, signed string, signature []byte) error {
	err := errors.New("no key of the algorithm in the header")
	for _, k := range r.verifying {
		if k.method.Alg() != algorithm {
			continue
		}
		if err = k.method.Verify(signed, signature, k.secret); err == nil {
			return nil
		}
	}
	return err
}

// decodeSegment decodes base64url. Package base64 skips \r and \n, so the
// alphabet is checked here (RFC 7515 section 2).
func decodeSegment(segment string) ([]byte, error) {
	if segment == "" {
		return nil, errors.New("empty")
	}
	for _, c := range []byte(segment) {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return nil, errors.New("a byte outside base64url")
		}
	}
	decoded, err := canonical.DecodeString(segment)
	if err != nil {
		return nil, errors.New("not canonical base64url")
	}
	return decoded, nil
}
