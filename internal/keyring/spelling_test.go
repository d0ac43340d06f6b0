package keyring_test

import (
	"encoding/base64"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aurorahours.com/identity-backend/internal/keyring"
)

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// respell puts other text in the place of a segment. A new header or payload is
// signed as it is spelled: its fault must be found though the signature holds.
func respell(token string, segment int, text string) string {
	s := strings.Split(token, ".")
	s[segment] = text
	if segment < 2 {
		return seal(s[0], s[1])
	}
	return strings.Join(s, ".")
}

// TestJ2Alphabet puts bytes that base64url does not have, or that decoders pass
// over, at the start, in the middle and at the end of each segment.
func TestJ2Alphabet(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	token := forge(header, claims)
	accept(t, ring, token)
	for segment, text := range strings.Split(token, ".") {
		for _, junk := range []string{
			"\n", "\r", "\r\n", "\n\n", " ", "\t", "\v", "\f", "\x00", "=", "==", "+", "/", "%3D", "~", "*", "@", "[", "`", "{", ":", ",",
			"\"", "\\n", "é", "\u00a0", "\u200b", "\uFEFF", "\uFF21", "\x80", "\xff",
		} {
			for _, at := range []int{0, 1, len(text) / 2, len(text)} {
				t.Run(strconv.Itoa(segment+1)+" "+strconv.Quote(junk)+" at "+strconv.Itoa(at), func(t *testing.T) {
					t.Parallel()
					refuse(t, ring, respell(token, segment, text[:at]+junk+text[at:]), "outside base64url")
				})
			}
		}
	}
}

func TestJ2Padding(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	for spaces := range 3 {
		token := forge(header+strings.Repeat(" ", spaces), claims+strings.Repeat(" ", spaces))
		accept(t, ring, token)
		for segment, text := range strings.Split(token, ".") {
			padded := text + strings.Repeat("=", (4-len(text)%4)%4)
			if padded != text {
				refuse(t, ring, respell(token, segment, padded), "outside base64url")
			}
		}
	}
}

func TestWhiteSpaceAround(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	token := forge(header, claims)
	for _, around := range []struct{ before, after string }{
		{" ", ""}, {"", " "}, {"\n", ""}, {"", "\n"}, {"", "\r\n"}, {"", "\x00"}, {"\t", "\t"}, {"\uFEFF", ""}, {`"`, `"`}, {"Bearer ", ""}, {"", ","},
	} {
		refuse(t, ring, around.before+token+around.after, "outside base64url")
	}
}

// TestTrailingBits spells each segment in all the ways that a lenient decoder
// takes for the same bytes.
func TestTrailingBits(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	var tried [3]int
	for spaces := range 3 {
		token := forge(header+strings.Repeat(" ", spaces), claims+strings.Repeat(" ", spaces))
		accept(t, ring, token)
		for segment, text := range strings.Split(token, ".") {
			last := len(text) - 1
			for _, other := range alphabet {
				spelling := text[:last] + string(other)
				if spelling == text || decode(t, spelling) != decode(t, text) {
					continue
				}
				tried[segment]++
				refuse(t, ring, respell(token, segment, spelling), "not canonical")
			}
		}
	}
	// One of three lengths leaves four bits, one leaves two; a signature always
	// leaves two.
	if want := [3]int{15 + 3, 15 + 3, 3 * 3}; tried != want {
		t.Errorf("tried %v spellings, want %v", tried, want)
	}
}

func TestImpossibleLength(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	token := forge(header, claims)
	for segment := range 3 {
		refuse(t, ring, respell(token, segment, "A"), "not canonical")
		refuse(t, ring, respell(token, segment, "AAAAA"), "not canonical")
	}
}

// TestStandardAlphabet has the + and / of the other base64 in each segment.
func TestStandardAlphabet(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	text := `,"x":"` + strings.Repeat("\u07ff>?~", 4) + `"}`
	for i := 0; ; i++ {
		token := forge(`{"alg":"HS256"`+text, `{"exp":1900000000,"jti":"`+strconv.Itoa(i)+`"`+text)
		segments := strings.Split(token, ".")
		if slices.ContainsFunc(segments, func(s string) bool { return !strings.Contains(s, "-") || !strings.Contains(s, "_") }) {
			continue
		}
		accept(t, ring, token)
		for segment, s := range segments {
			standard := strings.NewReplacer("-", "+", "_", "/").Replace(s)
			if decoded, err := base64.RawStdEncoding.DecodeString(standard); err != nil || encode(decoded) != s {
				t.Fatal("not another spelling")
			}
			refuse(t, ring, respell(token, segment, standard), "outside base64url")
		}
		return
	}
}

func TestJ3Segments(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	h, p := encode(header), encode(claims)
	token := seal(h, p)
	s := token[len(h+"."+p+"."):]
	for _, test := range []struct{ name, token, reason string }{
		{"nothing", "", "not three segments"},
		{"one", h, "not three segments"},
		{"two", h + "." + p, "not three segments"},
		{"two, the second signed", h + "." + encode(mac(h, secret)), "not three segments"},
		{"four", token + "." + s, "not three segments"},
		{"four, the last empty", token + ".", "not three segments"},
		{"four, the first empty", "." + token, "not three segments"},
		{"four, one empty between", h + ".." + p + "." + s, "not three segments"},
		{"four, signed as three", seal(h, p+"."+p), "not three segments"},
		{"five, as an encrypted token", strings.Repeat(h+".", 4) + h, "not three segments"},
		{"two tokens", token + "." + token, "not three segments"},
		{"only dots", "..", "segment 1: empty"},
		{"no header", seal("", p), "segment 1: empty"},
		{"no payload", seal(h, ""), "segment 2: empty"},
		{"no signature", h + "." + p + ".", "segment 3: empty"},
		{"the general JSON form", `{"payload":"` + p + `","signatures":[{"protected":"` + h + `","signature":"` + s + `"}]}`, "not three segments"},
		{"full stops of another script", h + "\u3002" + p + "\u3002" + s, "not three segments"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			refuse(t, ring, test.token, test.reason)
		})
	}
}

// TestSize: a token of the largest size is read, one byte more is not.
func TestSize(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	// White space after the JSON fills a token to the size.
	sized := func(size int) string {
		for spaces := range 3 {
			h := encode(header + strings.Repeat(" ", spaces))
			length := size - len(h) - len("..") - len(encode(mac("", secret)))
			if length%4 != 1 {
				return seal(h, encode(claims+strings.Repeat(" ", base64.RawURLEncoding.DecodedLen(length)-len(claims))))
			}
		}
		panic("unreachable")
	}
	for size := keyring.MaxTokenBytes - 4; size <= keyring.MaxTokenBytes+4; size++ {
		token := sized(size)
		if len(token) != size {
			t.Fatalf("%d bytes, want %d", len(token), size)
		}
		if size <= 8192 {
			accept(t, ring, token)
		} else {
			refuse(t, ring, token, "too large")
		}
	}
	refuse(t, ring, strings.Repeat("A", 1<<20), "too large")
	refuse(t, ring, strings.Repeat("\n", 8193), "too large")
}

// TestDots is not parallel: it counts what all of the process allocates.
// A list of all that stands between the dots of a token takes 16 times its size
// (CVE-2025-30204 had no bound at all).
func TestDots(t *testing.T) {
	ring := newRing(t, secret)
	token := strings.Repeat(".", keyring.MaxTokenBytes)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const times = 100
	for range times {
		if _, err := ring.Verify(token); err == nil {
			t.Fatal("accepted")
		}
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / times; each > keyring.MaxTokenBytes {
		t.Errorf("%d bytes allocated to refuse %d dots", each, len(token))
	}
	refuse(t, ring, token, "not three segments")
}
