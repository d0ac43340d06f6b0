package authority_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"aurorahours.com/identity-backend/internal/authority"
	"aurorahours.com/identity-backend/internal/keyring"
)

// TestTimes moves the clock over the bounds of exp and nbf. Times are in
// nanoseconds from the second that the claim names.
func TestTimes(t *testing.T) {
	t.Parallel()
	const second = int64(time.Second)
	for _, test := range []struct {
		name   string
		claims string // without iss and aud; T is the second
		leeway time.Duration
		clock  int64
		want   authority.Code
	}{
		{"exp: a second before", `"exp":T`, 0, -second, ""},
		{"exp: one nanosecond before", `"exp":T`, 0, -1, ""},
		{"exp: at it", `"exp":T`, 0, 0, authority.TokenExpired},
		{"exp: one nanosecond after", `"exp":T`, 0, 1, authority.TokenExpired},
		{"exp: long after", `"exp":T`, 0, 1e18, authority.TokenExpired},
		{"exp: a fraction, before", `"exp":T.5`, 0, second/2 - 1, ""},
		{"exp: a fraction, at it", `"exp":T.5`, 0, second / 2, authority.TokenExpired},
		{"exp: no leeway is no leeway", `"exp":T`, 0, second, authority.TokenExpired},
		{"exp: within leeway", `"exp":T`, 60 * time.Second, 60*second - 1, ""},
		{"exp: at the end of leeway", `"exp":T`, 60 * time.Second, 60 * second, authority.TokenExpired},
		{"exp of zero", `"exp":0`, 0, 0, authority.TokenExpired},
		{"exp in the year 9999", `"exp":253402300799`, 60 * time.Second, 0, ""},

		{"nbf: a second after", `"exp":9999999999,"nbf":T`, 0, second, ""},
		{"nbf: at it", `"exp":9999999999,"nbf":T`, 0, 0, ""},
		{"nbf: one nanosecond before", `"exp":9999999999,"nbf":T`, 0, -1, authority.TokenNotYetValid},
		{"nbf: a fraction, at it", `"exp":9999999999,"nbf":T.25`, 0, second / 4, ""},
		{"nbf: a fraction, before", `"exp":9999999999,"nbf":T.25`, 0, second/4 - 1, authority.TokenNotYetValid},
		{"nbf: at the start of leeway", `"exp":9999999999,"nbf":T`, 60 * time.Second, -60 * second, ""},
		{"nbf: before leeway", `"exp":9999999999,"nbf":T`, 60 * time.Second, -60*second - 1, authority.TokenNotYetValid},
		{"nbf of zero", `"exp":9999999999,"nbf":0`, 0, 0, ""},
		{"nbf in the year 9999", `"exp":9999999999,"nbf":253402300799`, 0, 0, authority.TokenNotYetValid},
		{"no nbf, and a large leeway", `"exp":T`, 1000 * time.Hour, 0, ""},

		{"iat in the future", `"exp":9999999999,"iat":9999999998`, 0, 0, ""},
		{"iat after exp", `"exp":T,"iat":9999999999`, 0, -1, ""},
		{"iat of zero", `"exp":T,"iat":0`, 0, -1, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			a.Leeway = test.leeway
			a.Now = func() time.Time { return time.Unix(now.Unix(), test.clock) }
			claims := strings.ReplaceAll(test.claims, "T", fmt.Sprint(now.Unix()))
			payload, err := a.Verify(forge(`{"iss":"identity-backend","aud":"b",`+claims+`}`), "b")
			checkCode(t, err, test.want)
			if (payload == nil) != (test.want != "") {
				t.Errorf("payload %+v", payload)
			}
		})
	}
}

// TestIssuedTokenLivesItsLifetime goes through Issue, whose clock is between two
// seconds.
func TestIssuedTokenLivesItsLifetime(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	grant, err := a.Issue(request)
	if err != nil {
		t.Fatal(err)
	}
	end := now.Truncate(time.Second).Add(a.Lifetime)
	for _, test := range []struct {
		clock time.Time
		want  authority.Code
	}{
		{now, ""},
		{now.Truncate(time.Second).Add(-time.Hour), ""}, // another host, whose clock is slow
		{end.Add(-1), ""},
		{end, authority.TokenExpired},
	} {
		a.Now = func() time.Time { return test.clock }
		_, err := a.Verify(grant.Token, request.Audience)
		checkCode(t, err, test.want)
	}
}

const (
	alive = `"exp":9999999999`
	ours  = `"iss":"identity-backend"`
	forB  = `"aud":"b"`
)

func TestAudienceAndIssuer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, claims string
		want         authority.Code
	}{
		{"both right", ours + "," + forB, ""},
		{"aud in a list", ours + `,"aud":["a","b"]`, ""},
		{"aud in a list of one", ours + `,"aud":["b"]`, ""},
		{"J6 another aud", ours + `,"aud":"c"`, authority.InvalidAudience},
		{"J6 another aud in a list", ours + `,"aud":["c","d"]`, authority.InvalidAudience},
		{"B9 no aud", ours, authority.InvalidAudience},
		{"B9 aud empty", ours + `,"aud":""`, authority.InvalidAudience},
		{"B9 aud an empty list", ours + `,"aud":[]`, authority.InvalidAudience},
		{"B9 aud a list of the empty one", ours + `,"aud":[""]`, authority.InvalidAudience},
		{"aud in another case", ours + `,"aud":"B"`, authority.InvalidAudience},
		{"aud with a space", ours + `,"aud":"b "`, authority.InvalidAudience},
		{"aud that begins with it", ours + `,"aud":"bc"`, authority.InvalidAudience},
		{"aud of several in one string", ours + `,"aud":"a b"`, authority.InvalidAudience},
		{"aud a number", ours + `,"aud":123`, authority.InvalidToken},
		{"aud null", ours + `,"aud":null`, authority.InvalidToken},

		{"B8 another iss", forB + `,"iss":"other"`, authority.InvalidIssuer},
		{"B8 no iss", forB, authority.InvalidIssuer},
		{"B8 iss empty", forB + `,"iss":""`, authority.InvalidIssuer},
		{"B8 iss in another case", forB + `,"iss":"Identity-Backend"`, authority.InvalidIssuer},
		{"B8 iss with a slash", forB + `,"iss":"identity-backend/"`, authority.InvalidIssuer},
		{"B8 iss with a NUL", forB + `,"iss":"identity-backend\u0000"`, authority.InvalidIssuer},
		{"B8 iss a list with ours", forB + `,"iss":["identity-backend"]`, authority.InvalidToken},
		{"B8 iss null", forB + `,"iss":null`, authority.InvalidToken},
		{"B8 iss only in another case of the name", forB + `,"ISS":"identity-backend"`, authority.InvalidToken},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := newAuthority(t).Verify(forge("{"+alive+","+test.claims+"}"), "b")
			checkCode(t, err, test.want)
		})
	}
}

// TestNothingDisablesACheck: in the library, an empty expectation is none.
func TestNothingDisablesACheck(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	for _, claims := range []string{forB, `"aud":""`, `"aud":[""]`, `"aud":[]`, `"x":1`} {
		_, err := a.Verify(forge("{"+alive+","+ours+","+claims+"}"), "")
		checkCode(t, err, authority.InvalidRequest)
	}
	a.Issuer = ""
	for _, claims := range []string{ours, `"iss":"other"`, `"iss":" "`, `"iss":""`, `"x":1`} {
		_, err := a.Verify(forge("{"+alive+","+forB+","+claims+"}"), "b")
		checkCode(t, err, authority.InvalidIssuer)
	}
}

// TestPrecedence has tokens of several faults: one is told, and
// nothing is told of a token whose signature does not hold.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	const (
		expired = `"exp":1`
		notYet  = `"nbf":9999999999`
		forC    = `"aud":"c"`
		theirs  = `"iss":"other"`
	)
	broken := func(token string) string { return token[:len(token)-5] + "AAAAA" }
	for _, test := range []struct {
		name, token, audience string
		want                  authority.Code
	}{
		{"none", forge("{" + alive + "," + forB + "," + ours + "}"), "b", ""},
		{"all", broken(forge("{" + expired + "," + notYet + "," + forC + "," + theirs + "}")), "b", authority.InvalidToken},
		{"all but the signature", forge("{" + expired + "," + notYet + "," + forC + "," + theirs + "}"), "b", authority.TokenExpired},
		{"expired, audience, issuer", forge("{" + expired + "," + forC + "," + theirs + "}"), "b", authority.TokenExpired},
		{"expired, not yet valid", forge("{" + expired + "," + notYet + "," + forB + "," + ours + "}"), "b", authority.TokenExpired},
		{"not yet valid, audience, issuer", forge("{" + alive + "," + notYet + "," + forC + "," + theirs + "}"), "b", authority.TokenNotYetValid},
		{"not yet valid, issuer", forge("{" + alive + "," + notYet + "," + forB + "," + theirs + "}"), "b", authority.TokenNotYetValid},
		{"audience, issuer", forge("{" + alive + "," + forC + "," + theirs + "}"), "b", authority.InvalidAudience},
		{"issuer", forge("{" + alive + "," + forB + "," + theirs + "}"), "b", authority.InvalidIssuer},
		{"form, expired", forge("{" + expired + `,"sub":1}`), "b", authority.InvalidToken},
		{"no token, no audience", "", "", authority.InvalidRequest},
		{"no token", "", "b", authority.InvalidRequest},
		{"no audience, signature", broken(forge("{" + alive + "}")), "", authority.InvalidRequest},
		{"too large", strings.Repeat("x", keyring.MaxTokenBytes+1), "b", authority.InvalidToken},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			payload, err := newAuthority(t).Verify(test.token, test.audience)
			checkCode(t, err, test.want)
			if (payload == nil) != (test.want != "") {
				t.Errorf("payload %+v", payload)
			}
			if got := errors.Is(err, keyring.ErrInvalid); got != (test.want == authority.InvalidToken) {
				t.Errorf("%v: ErrInvalid is %v", err, got)
			}
		})
	}
}
