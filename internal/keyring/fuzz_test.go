package keyring_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"aurorahours.com/identity-backend/internal/keyring"
)

// How FuzzVerify makes a token of its input. Without a bit set, the fuzzer has
// only to find JSON that is accepted: the test signs it.
const (
	rawHeader  = 1 << iota // the header is a segment, not its JSON
	rawPayload             // the payload likewise
	rawTag                 // extra is the signature; else it follows the right one
	rawToken               // the three parts are a token as they stand
)

func fuzzToken(header, payload []byte, how byte, extra string) string {
	h, p := string(header), string(payload)
	if how&rawToken != 0 {
		return h + p + extra
	}
	if how&rawHeader == 0 {
		h = encode(header)
	}
	if how&rawPayload == 0 {
		p = encode(payload)
	}
	if how&rawTag != 0 {
		return h + "." + p + "." + extra
	}
	return seal(h, p) + extra
}

// FuzzVerify holds that a token which verifies can be written and read in one
// way only. Its seeds are in testdata, each named for the fault that it has.
func FuzzVerify(f *testing.F) {
	ring := newRing(f, secret)
	f.Add([]byte(header), []byte(claims), byte(0), "")
	f.Fuzz(func(t *testing.T, header, payload []byte, how byte, extra string) {
		token := fuzzToken(header, payload, how, extra)
		p, err := ring.Verify(token)
		if err != nil {
			if !errors.Is(err, keyring.ErrInvalid) || p != nil || strings.Contains(err.Error(), secret) {
				t.Errorf("payload %+v, error %q", p, err)
			}
			return
		}
		segments := strings.Split(token, ".")
		if len(segments) != 3 || len(token) > 8192 {
			t.Fatalf("accepted %d segments, %d bytes", len(segments), len(token))
		}
		for _, segment := range segments {
			if encode(decode(t, segment)) != segment {
				t.Fatalf("accepted the spelling %q", segment)
			}
		}
		if decode(t, segments[2]) != string(mac(segments[0]+"."+segments[1], secret)) {
			t.Fatal("accepted a wrong signature")
		}
		if string(p.JSON) != decode(t, segments[1]) {
			t.Fatalf("signed %q, shown %q", decode(t, segments[1]), p.JSON)
		}
		members := strictObject(t, []byte(decode(t, segments[0])))
		if members["alg"] != "HS256" || members["crit"] != nil {
			t.Fatalf("accepted the header %v", members)
		}
		checkFolded(t, []byte(decode(t, segments[0])), &struct{ Alg, Typ, Cty, Kid, Crit, B64, Zip, Enc any }{})
		members = strictObject(t, p.JSON)
		checkFolded(t, p.JSON, &struct{ Iss, Sub, Aud, Exp, Nbf, Iat, Jti, Scope, Client_ID any }{})
		if _, ok := members["exp"].(json.Number); !ok || p.Expires.IsZero() {
			t.Fatalf("accepted the claims %v, expiring %v", members, p.Expires)
		}
		for claim, value := range map[string]string{"iss": p.Issuer, "sub": p.Subject, "jti": p.ID} {
			if got, present := members[claim]; present && got != value || !present && value != "" {
				t.Fatalf("%s: %q, other readers read %v", claim, value, got)
			}
		}
		if aud, _ := members["aud"].(string); aud != "" && !p.HasAudience(aud) {
			t.Fatalf("aud: %q, other readers read %v", p.Audience, members["aud"])
		}
		// One character more or less, or another one.
		for i := 0; i < len(token); i += 1 + len(token)/12 {
			for _, other := range []string{"", "A", "g", "-", ".", "=", "\n", token[i:i+1] + "\n", token[i:i+1] + token[i:i+1]} {
				if changed := token[:i] + other + token[i+1:]; changed != token {
					checkRefused(t, ring, changed)
				}
			}
		}
		last := len(token) - 1
		for _, other := range alphabet {
			if byte(other) != token[last] {
				checkRefused(t, ring, token[:last]+string(other))
			}
		}
	})
}

// TestFuzzSeeds: the fuzzer starts from tokens that are accepted, and from some
// that are only nearly so.
func TestFuzzSeeds(t *testing.T) {
	t.Parallel()
	ring := newRing(t, secret)
	paths, err := filepath.Glob("testdata/fuzz/FuzzVerify/*-*")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%v, %d seeds", err, len(paths))
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var header, payload []byte
		var how byte
		var extra string
		if _, err := fmt.Sscanf(string(text), "go test fuzz v1\n[]byte(%q)\n[]byte(%q)\nbyte('\\x%02x')\nstring(%q)\n", &header, &payload, &how, &extra); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		_, err = ring.Verify(fuzzToken(header, payload, how, extra))
		if good := strings.HasPrefix(filepath.Base(path), "good-"); good != (err == nil) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func checkRefused(t *testing.T, ring *keyring.Ring, token string) {
	t.Helper()
	if _, err := ring.Verify(token); err == nil {
		t.Fatalf("accepted as well: %q", token)
	}
}

// strictObject reads a JSON object with encoding/json, which repairs what is
// wrong without a word: so a repair is looked for.
func strictObject(t *testing.T, text []byte) map[string]any {
	t.Helper()
	if !json.Valid(text) || !utf8.Valid(text) {
		t.Fatalf("accepted what is not JSON in UTF-8: %q", text)
	}
	checkNames(t, numberDecoder(text))
	var members map[string]any
	decoder := numberDecoder(text)
	if err := decoder.Decode(&members); err != nil || members == nil {
		t.Fatalf("%v: accepted %q", err, text)
	}
	if _, err := decoder.Token(); err != io.EOF {
		t.Fatalf("accepted trailing data: %q", text)
	}
	// A lone surrogate becomes U+FFFD.
	if again, _ := json.Marshal(members); bytes.ContainsRune(again, utf8.RuneError) &&
		!bytes.ContainsRune(text, utf8.RuneError) && !bytes.Contains(bytes.ToLower(text), []byte(`\ufffd`)) {
		t.Fatalf("accepted a lone surrogate: %q", text)
	}
	return members
}

// numberDecoder keeps numbers as they stand: a claim of the fuzzer's own may be
// one that no float64 holds, and is passed on.
func numberDecoder(text []byte) *json.Decoder {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder
}

// checkFolded compares what a reader that folds the case of names finds in text
// with what one finds that does not.
func checkFolded(t *testing.T, text []byte, folded any) {
	t.Helper()
	var exact map[string]any
	if numberDecoder(text).Decode(&exact) != nil || numberDecoder(text).Decode(folded) != nil {
		t.Fatalf("accepted %q", text)
	}
	fields := reflect.ValueOf(folded).Elem()
	for i := range fields.NumField() {
		name := strings.ToLower(fields.Type().Field(i).Name)
		if got := fields.Field(i).Interface(); !reflect.DeepEqual(got, exact[name]) {
			t.Fatalf("accepted %q, where %s is %v for other readers", text, name, got)
		}
	}
}

// checkNames reads one value and fails for a name that an object has twice.
func checkNames(t *testing.T, decoder *json.Decoder) {
	t.Helper()
	token, err := decoder.Token()
	if err != nil {
		t.Fatal(err)
	}
	open, ok := token.(json.Delim)
	if !ok {
		return
	}
	seen := make(map[string]bool)
	for decoder.More() {
		if open == '{' {
			name, err := decoder.Token()
			if err != nil || seen[name.(string)] {
				t.Fatalf("%v: accepted the name %v twice", err, name)
			}
			seen[name.(string)] = true
		}
		checkNames(t, decoder)
	}
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
}
