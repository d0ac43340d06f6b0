package keyring_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestJ5Dates: exp, nbf and iat are JSON numbers, and dates.
func TestJ5Dates(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for _, test := range []struct {
		name, value string
		want        time.Time // zero for a value that is refused
	}{
		{"whole", "1900000000", time.Unix(1900000000, 0)},
		{"a fraction", "1900000000.25", time.Unix(1900000000, 250_000_000)},
		{"a fraction of zero", "1900000000.0", time.Unix(1900000000, 0)},
		{"a long fraction", "1.9999999999999999999999", time.Unix(1, 999_999_999)},
		{"zero", "0", time.Unix(0, 0)},
		{"just above zero", "0.000000001", time.Unix(0, 1)},
		{"the end of the year 9999", "253402300799", time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)},
		{"a string", `"1900000000"`, time.Time{}},
		{"a string with a point", `"1900000000.5"`, time.Time{}},
		{"an empty string", `""`, time.Time{}},
		{"a date of RFC 3339", `"2030-01-01T00:00:00Z"`, time.Time{}},
		{"null", "null", time.Time{}},
		{"true", "true", time.Time{}},
		{"a list", "[1900000000]", time.Time{}},
		{"a list with a point", "[1.5]", time.Time{}},
		{"an object", `{"a":1}`, time.Time{}},
		{"the year 10000", "253402300800", time.Time{}},
		{"in milliseconds", "1900000000000", time.Time{}},
		{"2^63", "9223372036854775808", time.Time{}},
		{"2^64 and 1900000000", "18446744075609551616", time.Time{}},
		{"a number of 400 digits", strings.Repeat("9", 400), time.Time{}},
		{"1e300", "1e300", time.Time{}},
		{"1e400", "1e400", time.Time{}},
		{"1e10", "1e10", time.Time{}},
		{"1E9", "1E9", time.Time{}},
		{"1.9e9", "1.9e9", time.Time{}},
		{"1900000000e-1", "1900000000e-1", time.Time{}},
		{"-1", "-1", time.Time{}},
		{"-0", "-0", time.Time{}},
		{"-0.5", "-0.5", time.Time{}},
		{"-1900000000", "-1900000000", time.Time{}},
	} {
		for _, claim := range []string{"exp", "nbf", "iat"} {
			t.Run(claim+" "+test.name, func(t *testing.T) {
				t.Parallel()
				payload := `{"` + claim + `":` + test.value + `}`
				if claim != "exp" {
					payload = `{"exp":1900000000,"` + claim + `":` + test.value + `}`
				}
				if test.want.IsZero() {
					refuse(t, ring, forge(header, payload), "payload: "+claim+": not a date")
					return
				}
				p := accept(t, ring, forge(header, payload))
				if claim == "exp" && !p.Expires.Equal(test.want) {
					t.Errorf("expires %v, want %v", p.Expires, test.want)
				}
				if claim == "nbf" && !p.NotBefore.Equal(test.want) {
					t.Errorf("not before %v, want %v", p.NotBefore, test.want)
				}
			})
		}
	}
}

func TestExpIsRequired(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	refuse(t, ring, forge(header, `{}`), "no exp")
	refuse(t, ring, forge(header, `{"iat":1,"nbf":1,"iss":"a","aud":"b"}`), "no exp")
	refuse(t, ring, forge(header, `{"x":{"exp":1900000000}}`), "no exp")
}

func TestNotBeforeIsZeroWithoutNbf(t *testing.T) {
	t.Parallel()
	if p := accept(t, newRing(t, secret), forge(header, claims)); !p.NotBefore.IsZero() {
		t.Errorf("not before %v", p.NotBefore)
	}
}

func TestAudience(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for _, test := range []struct {
		name, aud string
		want      []string
		reason    string
	}{
		{"a string", `"a"`, []string{"a"}, ""},
		{"the empty string", `""`, []string{""}, ""},
		{"a list", `["a","b"]`, []string{"a", "b"}, ""},
		{"a list of one", `[ "a" ]`, []string{"a"}, ""},
		{"an empty list", `[]`, nil, ""},
		{"a list with escapes", `["\u0061",","," ]"]`, []string{"a", ",", " ]"}, ""},
		{"a string that looks like a list", `"[\"a\"]"`, []string{`["a"]`}, ""},
		{"null", `null`, nil, "not a string"},
		{"a number", `123`, nil, "not a string"},
		{"true", `true`, nil, "not a string"},
		{"an object", `{"a":"a"}`, nil, "not a string"},
		{"a list with a number", `["a",1]`, nil, "not a string"},
		{"a list with null", `[null,"a"]`, nil, "not a string"},
		{"a list with a list", `[["a"]]`, nil, "not a string"},
		{"a list with an object", `["a",{}]`, nil, "not a string"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			token := forge(header, `{"exp":1900000000,"aud":`+test.aud+`}`)
			if test.reason != "" {
				refuse(t, ring, token, "payload: aud: "+test.reason)
				return
			}
			p := accept(t, ring, token)
			if !slices.Equal(p.Audience, test.want) {
				t.Errorf("audience %q, want %q", p.Audience, test.want)
			}
			for _, audience := range []string{"a", "b", "A", "a ", "", `["a"]`} {
				want := audience != "" && slices.Contains(test.want, audience)
				if got := p.HasAudience(audience); got != want {
					t.Errorf("for %q: %v, want %v", audience, got, want)
				}
			}
		})
	}
	t.Run("J6 none", func(t *testing.T) {
		t.Parallel()
		if p := accept(t, ring, forge(header, claims)); p.Audience != nil || p.HasAudience("") || p.HasAudience("a") {
			t.Errorf("audience %q", p.Audience)
		}
	})
}

// TestStringClaims: iss as a list and sub as a number are where libraries
// disagree most.
func TestStringClaims(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for _, claim := range []string{"iss", "sub", "jti", "scope", "client_id"} {
		for _, value := range []string{`1`, `1.5`, `null`, `true`, `["a"]`, `[]`, `{}`} {
			t.Run(claim+" "+value, func(t *testing.T) {
				t.Parallel()
				token := forge(header, `{"exp":1900000000,"`+claim+`":`+value+`}`)
				refuse(t, ring, token, "payload: "+claim+": not a string")
			})
		}
		t.Run(claim+" a string", func(t *testing.T) {
			t.Parallel()
			p := accept(t, ring, forge(header, `{"exp":1900000000,"`+claim+`":"\u00e9\ud83d\ude00\"\\ \u0000"}`))
			want := map[string]string{claim: "é😀\"\\ \x00"}
			if p.Issuer != want["iss"] || p.Subject != want["sub"] || p.ID != want["jti"] {
				t.Errorf("read as %+v", p)
			}
		})
	}
}

// TestPayloadIsKept: whoever is shown the claims sees them as they were signed,
// numbers that no float64 holds included.
func TestPayloadIsKept(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for _, text := range []string{
		claims,
		"\r\n{ \"exp\" : 1900000000.10 ,\t\"z\":1,\"a\":2 }\n",
		`{"exp":1900000000,"n":9007199254740993,"m":-0,"e":1E+400,"f":0.10000000000000000000000001}`,
		`{"exp":1900000000,"x":{"y":[{"z":null},[],"\u0041\/<&>"]},"http://example.com/is_root":true}`,
		`{"exp":1900000000,"text":"` + "\u2028\uFFFD\U0001F600" + `\ud83d\ude00"}`,
	} {
		if p := accept(t, ring, forge(header, text)); string(p.JSON) != text {
			t.Errorf("%q is shown as %q", text, p.JSON)
		}
	}
}
