package authority_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"aurorahours.com/identity-backend/internal/authority"
)

// TestT8Descriptions reaches every error with text of a caller that must not
// come back, and that would break the syntax of RFC 6749 section 5.2.
func TestT8Descriptions(t *testing.T) {
	t.Parallel()
	const hostile = `stranger"s \text é`
	a := newAuthority(t)
	closed := *a
	closed.Access = authority.Access{}
	unsigned := *a
	unsigned.Issuer = hostile + "\xff"

	issue := func(a *authority.Authority, subject, audience string) error {
		_, err := a.Issue(authority.TokenRequest{Subject: subject, Audience: audience})
		return err
	}
	verify := func(token, audience string) error {
		_, err := a.Verify(token, audience)
		return err
	}
	const quoted = `"stranger\"s \\text é"`
	var codes []authority.Code
	for _, test := range []struct {
		name string
		err  error
	}{
		{"closed", issue(&closed, hostile, hostile)},
		{"no sub", issue(a, "", hostile)},
		{"no aud", issue(a, hostile, "")},
		{"a control character", issue(a, hostile+"\n", hostile)},
		{"a control character in aud", issue(a, hostile, hostile+"\x00")},
		{"too long", issue(a, strings.Repeat(hostile, 100), hostile)},
		{"too long an aud", issue(a, hostile, strings.Repeat(hostile, 100))},
		{"invalid UTF-8", issue(a, hostile+"\xff", hostile)},
		{"unsigned", issue(&unsigned, hostile, hostile)},
		{"no token", verify("", hostile)},
		{"no audience", verify(hostile, "")},
		{"no form of a token", verify(hostile, hostile)},
		{"three segments of nothing", verify(hostile+"."+hostile+"."+hostile, hostile)},
		{"the form of a claim", verify(forge(`{"exp":9999999999,"sub":[`+quoted+`]}`), hostile)},
		{"a name twice", verify(forge(`{"exp":9999999999,`+quoted+`:1,`+quoted+`:2}`), hostile)},
		{"no date", verify(forge(`{"exp":`+quoted+`}`), hostile)},
		{"expired", verify(forge(`{"exp":1,"sub":`+quoted+`}`), hostile)},
		{"not yet valid", verify(forge(`{"exp":9999999999,"nbf":9999999999,"sub":`+quoted+`}`), hostile)},
		{"another audience", verify(forge(`{"exp":9999999999,"aud":["x",`+quoted+`]}`), "stranger")},
		{"another issuer", verify(forge(`{"exp":9999999999,"aud":`+quoted+`,"iss":`+quoted+`}`), hostile)},
	} {
		t.Run(test.name, func(t *testing.T) {
			var refusal *authority.Error
			if !errors.As(test.err, &refusal) {
				t.Fatalf("%v is not an Error", test.err)
			}
			codes = append(codes, refusal.Code)
			for _, text := range []string{string(refusal.Code), refusal.Description} {
				if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
					t.Errorf("%q is no text of RFC 6749 section 5.2", text)
				}
			}
			// The cause may say more to the log, in words of ours only.
			for _, text := range []string{refusal.Description, refusal.Error()} {
				if strings.Contains(text, "stranger") || strings.Contains(text, secret[:8]) {
					t.Errorf("%q quotes the caller or the secret", text)
				}
			}
		})
	}
	for _, code := range []authority.Code{
		authority.InvalidRequest, authority.InvalidClient, authority.ServerError, authority.InvalidToken,
		authority.TokenExpired, authority.TokenNotYetValid, authority.InvalidAudience, authority.InvalidIssuer,
	} {
		if !slices.Contains(codes, code) {
			t.Errorf("%s was not reached", code)
		}
	}
}

func TestErrorHasTwoReaders(t *testing.T) {
	t.Parallel()
	err := &authority.Error{Code: authority.ServerError, Description: "for the caller", Cause: fs.ErrPermission}
	if got, want := err.Error(), "server_error: for the caller: permission denied"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if !errors.Is(err, fs.ErrPermission) {
		t.Error("the cause is lost")
	}
	plain := authority.Refuse(authority.InvalidRequest, "for the caller")
	if got, want := plain.Error(), "invalid_request: for the caller"; got != want || plain.Unwrap() != nil {
		t.Errorf("%q, want %q", got, want)
	}
}
