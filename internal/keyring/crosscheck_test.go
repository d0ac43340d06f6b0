//go:build unix

package keyring_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aurorahours.com/identity-backend/internal/hosttest"
	"aurorahours.com/identity-backend/internal/keyring"
)

// A peer is another library, behind a script: the services that share our secret
// do not verify with ours.
type peer struct {
	script, remedy string
	programs       []string // tried in order: another one may stand before the system's
	probe          []string // arguments with which a program fails that lacks the library
	environment    []string
}

var peers = []peer{
	{
		script: "crosscheck.py", remedy: "PyJWT: apt-get install python3-jwt",
		programs: []string{"/usr/bin/python3", "python3"}, probe: []string{"-c", "from jwt import PyJWT"},
	},
	{
		script: "crosscheck.js", remedy: "jose for Node.js: apt-get install node-jose",
		programs: []string{"node", "nodejs"}, probe: []string{"-e", "new (require('jose').SignJWT)({})"},
		environment: []string{"NODE_PATH=/usr/share/nodejs"},
	},
}

type signCase struct {
	Header map[string]any `json:"header"`
	Claims map[string]any `json:"claims"`
	Secret string         `json:"secret"`
}

type verifyCase struct {
	Token    string `json:"token"`
	Secret   string `json:"secret"`
	Audience string `json:"audience"`
	Issuer   string `json:"issuer"`
}

type answers struct {
	Signed   []string
	Verified []struct {
		Claims map[string]any
		Fault  string
	}
}

func forEachPeer(t *testing.T, test func(*testing.T, peer)) {
	for _, peer := range peers {
		t.Run(peer.script, func(t *testing.T) {
			t.Parallel()
			test(t, peer)
		})
	}
}

// ask runs the script on all cases at once, or skips the test where there is no
// program for it.
func (p peer) ask(t *testing.T, sign []signCase, verify []verifyCase) (a answers) {
	t.Helper()
	i := slices.IndexFunc(p.programs, func(program string) bool { return p.command(program, p.probe...).Run() == nil })
	hosttest.Need(t, i >= 0, p.remedy)
	question, err := json.Marshal(map[string]any{"sign": append([]signCase{}, sign...), "verify": append([]verifyCase{}, verify...)})
	if err != nil {
		t.Fatal(err)
	}
	command := p.command(p.programs[i], filepath.Join("testdata", p.script))
	command.Stdin = bytes.NewReader(question)
	var stderr strings.Builder
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	if err := json.Unmarshal(output, &a); err != nil || len(a.Signed) != len(sign) || len(a.Verified) != len(verify) {
		t.Fatalf("%v: answered %s", err, output)
	}
	return a
}

func (p peer) command(program string, arguments ...string) *exec.Cmd {
	command := exec.Command(program, arguments...)
	command.Env = append(os.Environ(), p.environment...)
	return command
}

// unicodeSecret is not ASCII: a secret is its UTF-8 bytes for all.
const unicodeSecret = "пароль-пароль-пароль-ключ ü%$'\""

func TestCrossCheckTheyReadOurs(t *testing.T) {
	t.Parallel()
	const issuer, audience, older = "identity-backend", "logging-service", "a previous secret, which never signs"
	now := time.Now().Unix() // the peers have clocks of their own
	live := keyring.Claims{Issuer: issuer, Subject: "careergpt-backend", Audience: audience, IssuedAt: now, Expires: now + 3600, ID: keyring.NewID()}
	text, expired := live, live
	text.Subject = "Zürich \"\\/<&>\u2028\U0001F600\x00\x1f"
	expired.IssuedAt, expired.Expires = now-7200, now-3600
	ring, unicode := newRing(t, secret, older), newRing(t, unicodeSecret, older)
	tests := []struct {
		name   string
		claims keyring.Claims
		ask    verifyCase
		fault  string
	}{
		{"good", live, verifyCase{sign(t, ring, live), secret, audience, issuer}, ""},
		{"every kind of character", text, verifyCase{sign(t, ring, text), secret, audience, issuer}, ""},
		{"a secret of Unicode", live, verifyCase{sign(t, unicode, live), unicodeSecret, audience, issuer}, ""},
		{"expired", expired, verifyCase{sign(t, ring, expired), secret, audience, issuer}, "expired"},
		{"another audience", live, verifyCase{sign(t, ring, live), secret, "logging", issuer}, "audience"},
		{"another issuer", live, verifyCase{sign(t, ring, live), secret, audience, "identity"}, "issuer"},
		{"another secret", live, verifyCase{sign(t, ring, live), secret + "x", audience, issuer}, "signature"},
		{"the previous secret", live, verifyCase{sign(t, ring, live), older, audience, issuer}, "signature"},
	}
	var ask []verifyCase
	for _, test := range tests {
		ask = append(ask, test.ask)
	}
	forEachPeer(t, func(t *testing.T, peer peer) {
		answers := peer.ask(t, nil, ask)
		for i, test := range tests {
			got := answers.Verified[i]
			if got.Fault != test.fault {
				t.Errorf("%s: fault %q, want %q", test.name, got.Fault, test.fault)
			}
			want := map[string]any{
				"iss": test.claims.Issuer, "sub": test.claims.Subject, "aud": test.claims.Audience,
				"iat": float64(test.claims.IssuedAt), "exp": float64(test.claims.Expires), "jti": test.claims.ID,
			}
			if got.Fault == "" && !reflect.DeepEqual(got.Claims, want) {
				t.Errorf("%s: claims %v, want %v", test.name, got.Claims, want)
			}
		}
	})
}

func TestCrossCheckWeReadTheirs(t *testing.T) {
	t.Parallel()
	with := func(name string, value any) map[string]any {
		c := map[string]any{"iss": "theirs", "sub": "a", "aud": "b", "iat": 1767225600, "exp": 1900000000, "jti": "c"}
		c[name] = value
		return c
	}
	whole := time.Unix(1900000000, 0)
	tests := []struct {
		name, subject string
		audience      []string
		expires       time.Time // zero when we refuse the token
		ask           signCase
	}{
		{"good", "a", []string{"b"}, whole, signCase{nil, with("sub", "a"), secret}},
		{"B11 typ", "a", []string{"b"}, whole, signCase{map[string]any{"typ": "at+jwt"}, with("sub", "a"), secret}},
		{"kid", "a", []string{"b"}, whole, signCase{map[string]any{"kid": "1"}, with("sub", "a"), secret}},
		{"an audience list", "a", []string{"b", "c"}, whole, signCase{nil, with("aud", []string{"b", "c"}), secret}},
		{"exp with a fraction", "a", []string{"b"}, whole.Add(time.Second / 4), signCase{nil, with("exp", 1900000000.25), secret}},
		{"nested claims", "a", []string{"b"}, whole, signCase{nil, with("cnf", map[string]any{"x": []any{1, nil, "y"}}), secret}},
		{"every kind of character", "Zürich \"\\/<&>\u2028\U0001F600\x00", []string{"b"}, whole, signCase{nil, with("sub", "Zürich \"\\/<&>\u2028\U0001F600\x00"), secret}},
		{"a secret of Unicode", "a", []string{"b"}, whole, signCase{nil, with("sub", "a"), unicodeSecret}},
		{"another secret", "", nil, time.Time{}, signCase{nil, with("sub", "a"), secret + "x"}},
		{"a scope that is a number", "", nil, time.Time{}, signCase{nil, with("scope", 1), secret}},
		{"a claim in another case", "", nil, time.Time{}, signCase{nil, with("SUB", "admin"), secret}},
		{"B11 another typ", "", nil, time.Time{}, signCase{map[string]any{"typ": "logout+jwt"}, with("sub", "a"), secret}},
	}
	var ask []signCase
	for _, test := range tests {
		ask = append(ask, test.ask)
	}
	ring := newRing(t, secret, unicodeSecret)
	forEachPeer(t, func(t *testing.T, peer peer) {
		answers := peer.ask(t, ask, nil)
		for i, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				token := answers.Signed[i]
				if test.expires.IsZero() {
					refuse(t, ring, token, "")
					return
				}
				p := accept(t, ring, token)
				if p.Issuer != "theirs" || p.ID != "c" || p.Subject != test.subject || !p.Expires.Equal(test.expires) || !slices.Equal(p.Audience, test.audience) {
					t.Errorf("read as %+v", p)
				}
				if p.HasAudience("another") || !p.HasAudience("b") {
					t.Errorf("audience %q", p.Audience)
				}
			})
		}
	})
}
