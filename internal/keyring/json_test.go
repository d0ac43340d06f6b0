package keyring_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestJSON gives the header and the payload the same faults of JSON, for both
// must be read in one way only. In a case, @ stands for the member that makes
// the object acceptable but for the fault.
func TestJSON(t *testing.T) {
	t.Parallel()
	for _, part := range []struct {
		name, member string
		forge        func(text string) string
	}{
		{"header", `"alg":"HS256"`, func(text string) string { return forge(text, claims) }},
		{"payload", `"exp":1900000000`, func(text string) string { return forge(header, text) }},
	} {
		for _, test := range []struct{ name, text, reason string }{
			{"a good one", "{@}", ""},
			{"white space around", " \t\r\n{ @ } \n", ""},
			{"strings of any character", `{@,"x":"\u0000 \ud83d\ude00 ` + "\u2028\U0001F600\uFFFD" + `"}`, ""},
			{"two names that differ in case", `{@,"x":1,"X":2}`, ""},
			{"a name below in another case", `{@,"x":{"EXP":1,"ALG":2}}`, ""},
			{"the same name in two objects", `{@,"x":{"a":1},"y":{"a":1}}`, ""},

			{"J4 null", `null`, "not a JSON object"},
			{"J4 true", `true`, "not a JSON object"},
			{"J4 a list", `[{@}]`, "not a JSON object"},
			{"J4 an empty list", `[]`, "not a JSON object"},
			{"J4 a string", `"{}"`, "not a JSON object"},
			{"J4 a number", `1900000000`, "not a JSON object"},
			{"J4 white space", ` `, "not a JSON object"},
			{"J4 text", `exp=1`, "not a JSON object"},
			{"J4 a token", forge(header, claims), "not a JSON object"},
			{"an unclosed object", `{@`, "not strict JSON"},
			{"an unclosed string", `{@,"x":"y`, "not strict JSON"},
			{"a comma before the end", `{@,}`, "not strict JSON"},
			{"a comma at the start", `{,@}`, "not strict JSON"},
			{"two commas", `{@,,"x":1}`, "not strict JSON"},
			{"no comma", `{@ "x":1}`, "not strict JSON"},
			{"no colon", `{@,"x" 1}`, "not strict JSON"},
			{"no value", `{@,"x":}`, "not strict JSON"},
			{"no name", `{@,1}`, "not strict JSON"},
			{"a name that is a number", `{@,1:1}`, "not strict JSON"},
			{"a name without quotes", `{@,x:1}`, "not strict JSON"},
			{"single quotes", `{@,'x':1}`, "not strict JSON"},
			{"a comment", `{@/* */}`, "not strict JSON"},
			{"NaN", `{@,"x":NaN}`, "not strict JSON"},
			{"Infinity", `{@,"x":-Infinity}`, "not strict JSON"},
			{"a number that starts with 0", `{@,"x":01}`, "not strict JSON"},
			{"a number with a plus", `{@,"x":+1}`, "not strict JSON"},
			{"a number in hexadecimal", `{@,"x":0x1}`, "not strict JSON"},
			{"a number that ends in a point", `{@,"x":1.}`, "not strict JSON"},
			{"a raw line feed in a string", "{@,\"x\":\"\n\"}", "not strict JSON"},
			{"a raw NUL in a string", "{@,\"x\":\"\x00\"}", "not strict JSON"},
			{"a NUL between members", "{@,\x00\"x\":1}", "not strict JSON"},
			{"an unknown escape", `{@,"x":"\x41"}`, "not strict JSON"},
			{"a no-break space", "{@,\u00a0\"x\":1}", "not strict JSON"},

			{"trailing text", `{@}x`, "trailing data"},
			{"trailing brace", `{@}}`, "trailing data"},
			{"trailing NUL", "{@}\x00", "trailing data"},
			{"trailing object", `{@}{}`, "trailing data"},
			{"trailing object on a line of its own", "{@}\n{@}", "trailing data"},
			{"trailing null", `{@} null`, "trailing data"},

			{"BOM", "\uFEFF{@}", "not a JSON object"},
			{"BOM behind", "{@}\uFEFF", "trailing data"},
			{"UTF-16", "{\x00}\x00", "not strict JSON"},
			{"B7 invalid UTF-8 in a value", "{@,\"x\":\"\xff\"}", "not strict JSON"},
			{"B7 invalid UTF-8 in a name", "{@,\"\xff\":1}", "not strict JSON"},
			{"B7 invalid UTF-8 below", "{@,\"x\":[{\"y\":\"\xc3\"}]}", "not strict JSON"},
			{"B7 Latin-1", "{@,\"x\":\"M\xfcller\"}", "not strict JSON"},
			{"B7 an overlong form", "{@,\"x\":\"\xc0\xaf\"}", "not strict JSON"},
			{"B7 a surrogate in UTF-8", "{@,\"x\":\"\xed\xa0\x80\"}", "not strict JSON"},
			{"B7 a lone high surrogate", `{@,"x":"\ud800"}`, "not strict JSON"},
			{"B7 a lone low surrogate", `{@,"x":"\udc00"}`, "not strict JSON"},
			{"B7 surrogates in the wrong order", `{@,"x":"\ude00\ud83d"}`, "not strict JSON"},
			{"B7 a lone surrogate in a name", `{@,"\ud800":1}`, "not strict JSON"},
			{"B7 a lone surrogate below", `{@,"x":[["\ud800"]]}`, "not strict JSON"},

			{"the name twice", `{@,@}`, "not strict JSON"},
			{"an unknown name twice", `{@,"x":1,"x":1}`, "not strict JSON"},
			{"the empty name twice", `{@,"":1,"":2}`, "not strict JSON"},
			{"a name twice, once escaped", `{@,"x":1,"\u0078":2}`, "not strict JSON"},
			{"a name twice below", `{@,"x":{"y":1,"y":2}}`, "not strict JSON"},
			{"a name twice below a list", `{@,"x":[0,{"y":1,"z":3,"\u0079":2}]}`, "not strict JSON"},
			{"a name twice among many", `{@` + manyNames(40) + `,"n7":0}`, "not strict JSON"},

			{"nested 16 deep", `{@,"x":` + nested("[", "]", 15) + `}`, ""},
			{"nested 17 deep", `{@,"x":` + nested("[", "]", 16) + `}`, "nested deeper"},
			{"objects nested 16 deep", `{@,"x":` + nested(`{"a":`, "}", 14) + `}`, ""},
			{"objects nested 17 deep", `{@,"x":` + nested(`{"a":[],"b":`, "}", 16) + `}`, "nested deeper"},
			{"nested as deep as fits", `{@,"x":` + nested("[", "]", 2800) + `}`, "nested deeper"},
			{"nested and unclosed", `{@,"x":` + strings.Repeat("[", 5000), "not strict JSON"},
			{"brackets in a string are no depth", `{@,"x":"` + strings.Repeat("[", 50) + `\"` + strings.Repeat("{", 50) + `\\"}`, ""},
			{"depth behind a string", `{@,"x":["\\",` + nested("[", "]", 15) + `]}`, "nested deeper"},
			{"many lists side by side", `{@,"x":[` + strings.Repeat("[],", 50) + `[]]}`, ""},
		} {
			t.Run(part.name+" "+test.name, func(t *testing.T) {
				t.Parallel()
				token := part.forge(strings.ReplaceAll(test.text, "@", part.member))
				ring := newRing(t, secret)
				if test.reason == "" {
					accept(t, ring, token)
					return
				}
				refuse(t, ring, token, part.name+": "+test.reason)
			})
		}
	}
}

func nested(open, end string, times int) string {
	inner := "0"
	if strings.HasSuffix(open, ":") {
		inner = "{}"
	}
	return strings.Repeat(open, times) + inner + strings.Repeat(end, times)
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"n%d":0`, i)
	}
	return b.String()
}

// TestCaseVariants: a reader that folds case, as encoding/json does for structs,
// would take each of these names for the one that counts.
func TestCaseVariants(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for _, name := range []string{
		"ALG", "Alg", "TYP", "Crit", "CRIT", "cRit", "B64", "ZIP", "Enc", "CTY", "KID", "\u212aid", "j\u212au", "jw\u212a",
		"JWK", "X5U", "X5C", "X5T", "x5t#s256", "x5t#\u017f256", `\u0043rit`,
	} {
		t.Run("header "+name, func(t *testing.T) {
			t.Parallel()
			refuse(t, ring, forge(`{"alg":"HS256","`+name+`":"JWT"}`, claims), "in another case")
			refuse(t, ring, forge(`{"`+name+`":"JWT","alg":"HS256"}`, claims), "in another case")
		})
	}
	for _, name := range []string{
		"EXP", "Exp", "eXp", "NBF", "IAT", "ISS", "Sub", "SUB", "AUD", "Jti", "SCOPE", "Client_ID", "client_Id",
		"\u017fub", "i\u017fs", "is\u017f", "\u017fcope", `\u0053ub`, `\u017fub`,
	} {
		t.Run("payload "+name, func(t *testing.T) {
			t.Parallel()
			refuse(t, ring, forge(header, `{"exp":1900000000,"`+name+`":"admin"}`), "in another case")
			refuse(t, ring, forge(header, `{"`+name+`":1,"exp":1900000000}`), "in another case")
		})
	}
	for _, name := range []string{"expires", "sub ", "ѕub", "sub\u0301", "ex", "ıss", "ısſ"} {
		t.Run("another name "+name, func(t *testing.T) {
			t.Parallel()
			accept(t, ring, forge(header, `{"exp":1900000000,"`+name+`":1}`))
		})
	}
}
