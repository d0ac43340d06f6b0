package config

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	experimentjson "github.com/go-json-experiment/json"
)

func TestSecretMissing(t *testing.T) {
	for _, test := range []struct {
		name, dotenv string
		want         []string
	}{
		{"nothing", "", []string{"JWT_SECRET_KEY is not set"}},
		{"only a comment", "#JWT_SECRET_KEY=" + goodSecret + "\n", []string{"JWT_SECRET_KEY is not set"}},
		{"another line is refused", "X=$Y\n", []string{".env line 1 holds a $, a backslash or a quote that readers of .env files change", "JWT_SECRET_KEY is not set"}},
		{"another case", "jwt_secret_key=" + goodSecret + "\n", []string{"JWT_SECRET_KEY is not set"}},
		// That it is missing would be said of a secret that is there.
		{"its line is refused", "JWT_SECRET_KEY=ab${FOO}\n", []string{".env line 1 holds ${, which some readers of .env files expand"}},
		{"its line has a colon", "JWT_SECRET_KEY: abc\n", []string{".env line 1 has no = after the name"}},
		{"byte order mark", "\ufeffJWT_SECRET_KEY=" + goodSecret + "\n", []string{".env line 1 begins with a byte order mark, which hides the first name"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			home := appRoot(t, test.dotenv)
			c, err := Load(home, environ{}.lookup)
			if got := faultsOf(t, err); !slices.Equal(got, test.want) {
				t.Fatalf("faults %q, not %q", got, test.want)
			}
			if v := c.Value("JWT_SECRET_KEY"); v.Secret.IsSet() && !strings.HasPrefix(test.dotenv, "\ufeff") {
				t.Error("the Config holds a secret")
			}
			if strings.Contains(err.Error(), "is not set") && !strings.Contains(err.Error(), filepath.Join(home, ".env")) {
				t.Errorf("not told where to put it: %v", err)
			}
		})
	}
}

func TestSecretLength(t *testing.T) {
	for _, test := range []struct {
		name, secret string
		allow        string
		fault, warn  string // each a part
	}{
		{"32 bytes", goodSecret, "", "", ""},
		{"31 bytes", goodSecret[1:], "", "has 31 bytes", ""},
		{"31 bytes, allowed", goodSecret[1:], "true", "", "has 31 bytes"},
		{"31 bytes, not allowed", goodSecret[1:], "false", "has 31 bytes", ""},
		{"1 byte, allowed", "x", "true", "", "has 1 bytes"},
		{"16 characters of 2 bytes", "äöüßéèêëàâîïôûçñ", "", "", ""},
		{"15 characters of 2 bytes", "äöüßéèêëàâîïôûç", "", "has 30 bytes", ""},
		{"32 bytes that are not UTF-8", goodSecret[1:] + "\xff", "", "", ""},
		{"repeated", strings.Repeat("abcdefg", 10), "", "", "repeats a few characters"},
		{"eight characters", strings.Repeat("abcdefgh", 4), "", "", ""},
		{"a placeholder, allowed to be short", "changeme", "true", "placeholder", "has 8 bytes"},
	} {
		for _, name := range []string{"JWT_SECRET_KEY", "JWT_PREVIOUS_SECRET_KEY"} {
			t.Run(test.name+" "+name, func(t *testing.T) {
				env := environ{"JWT_SECRET_KEY": goodSecret}
				env[name] = test.secret
				if test.allow != "" {
					env["JWT_ALLOW_SHORT_SECRET"] = test.allow
				}
				c, err := Load(t.TempDir(), env.lookup)
				holdsOne(t, "faults", faultsOf(t, err), name+" (environment)", test.fault)
				holdsOne(t, "warnings", brief(t, c.Warnings), name+" (environment)", test.warn)
			})
		}
	}
}

// holdsOne checks that texts are one, of where and with part in it, or none
// without a part.
func holdsOne(t *testing.T, what string, texts []string, where, part string) {
	t.Helper()
	switch {
	case part == "" && len(texts) == 0:
	case part == "" || len(texts) != 1 || !strings.HasPrefix(texts[0], where) || !strings.Contains(texts[0], part):
		t.Errorf("%s %q, not one of %s with %q", what, texts, where, part)
	}
}

func TestPlaceholders(t *testing.T) {
	for _, value := range []string{
		"<generate-a-strong-random-string>",
		"generate-a-strong-random-string",
		"GENERATE_A_STRONG_RANDOM_STRING",
		"generate a strong random string!",
		"<secret>",
		"<32+ bytes, from openssl>",
		"<Ihr Schlüssel, mindestens 32 Zeichen>",
		"changeme",
		"ChangeMe-ChangeMe-ChangeMe-ChangeMe",
		"please_change_this_in_production_123",
		"CHANGE-IT-BEFORE-YOU-DEPLOY-THIS-APP",
		"your-256-bit-secret",
		"a-string-secret-at-least-256-bits-long",
		"a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
		"your_jwt_secret_key_at_least_32_bytes",
		"your secret key goes here, 32 chars.",
		"my_super_secret_key_for_development_1",
		"REPLACE_ME_WITH_A_REAL_SECRET_PLEASE",
		"replace-with-output-of-openssl-rand",
		"django-secret-key-placeholder-000000",
		"some.long.random.string.of.characters",
		"insert-secret-here-insert-secret-here",
	} {
		t.Run(value, func(t *testing.T) {
			if !isPlaceholder(value) {
				t.Error("taken for a secret")
			}
		})
	}
	// Old secrets of people are weak, not known: length and variety tell of them.
	for _, value := range []string{"", "correct horse battery staple, 4 words", "secretary-bird-of-the-savannah-2019!", "<>" + goodSecret, goodSecret + "<>", "<" + goodSecret + "=$>"} {
		t.Run("not "+value, func(t *testing.T) {
			if isPlaceholder(value) {
				t.Error("taken for a placeholder")
			}
		})
	}
}

func TestRandomSecretsAreNoPlaceholders(t *testing.T) {
	random := seeded()
	for _, kind := range append(secretKinds,
		secretKind{"printable in angle brackets", false, func(r *rand.Rand) string { return "<" + randomOf(r, alphabet("!-~"), 46) + ">" }},
		secretKind{"lower case", true, func(r *rand.Rand) string { return randomOf(r, alphabet("a-z"), 64) }},
		secretKind{"base32", true, func(r *rand.Rand) string { return randomOf(r, alphabet("A-Z", "2-7"), 52) }},
	) {
		for range 20_000 {
			secret := kind.draw(random)
			if isPlaceholder(secret) {
				t.Errorf("%s: %q is taken for a placeholder", kind.name, secret)
			}
			if fewCharacters([]byte(secret)) {
				t.Errorf("%s: %q is said to repeat a few characters", kind.name, secret)
			}
		}
	}
}

// TestNothingShowsAValue loads a value that no text of ours holds, as each
// setting, good, bad and not readable, and looks for it in all that is said.
func TestNothingShowsAValue(t *testing.T) {
	const canary = "QWXZPLVK"
	looksFor := func(t *testing.T, what, text string) {
		t.Helper()
		for i := range len(canary) - 3 {
			if strings.Contains(text, canary[i:i+4]) {
				t.Errorf("%s shows a value: %s", what, text)
				return
			}
		}
	}
	for _, setting := range Settings() {
		for _, value := range []string{canary, canary + canary + canary + canary, canary + "\t", "<" + canary + ">", "changeme" + canary} {
			for _, line := range []string{"%s=%s\n", "%s='%s'\n", "%s=\"%s\n", "%s=$X%s\n", "%s: %s\n", "%s='%s'x\n", "%s=\"\\t%s\"\n", "%s=\xff%s\n", "%sX=%s\n"} {
				text := fmt.Sprintf(line, setting.Name, value)
				c, err := Load(appRoot(t, text+text), environ{}.lookup)
				if err != nil {
					looksFor(t, "a fault", err.Error())
				}
				looksFor(t, "a warning", c.Warnings.Error())
				if setting.Secret {
					looksFor(t, "%+v of the Config", fmt.Sprintf("%+v", c))
				}
			}
			c, err := Load(t.TempDir(), environ{setting.Name: value}.lookup)
			if err != nil {
				looksFor(t, "a fault", err.Error())
			}
			looksFor(t, "a warning", c.Warnings.Error())
		}
	}
}

func TestSecretHides(t *testing.T) {
	secret := NewSecret(goodSecret)
	type holder struct{ Secret Secret }
	type private struct {
		secret  Secret
		pointer *Secret
	}
	c, err := Load(appRoot(t, "JWT_SECRET_KEY="+goodSecret+"\nJWT_PREVIOUS_SECRET_KEY="+goodSecret+"\n"), environ{}.lookup)
	if err != nil {
		t.Fatal(err)
	}
	forms := []string{goodSecret, hex.EncodeToString([]byte(goodSecret)), base64.StdEncoding.EncodeToString([]byte(goodSecret)), fmt.Sprint([]byte(goodSecret)),
		fmt.Sprintf("%#v", []byte(goodSecret)), fmt.Sprintf("% x", goodSecret)}
	hides := func(t *testing.T, text string) {
		t.Helper()
		for _, form := range forms {
			form = strings.Trim(form, "[]")
			if strings.Contains(strings.ToLower(text), strings.ToLower(form[:len(form)/2])) {
				t.Fatalf("shows the secret: %s", text)
			}
		}
	}
	for _, test := range []struct {
		name  string
		value any
	}{
		{"secret", secret}, {"pointer", &secret}, {"struct", holder{secret}}, {"pointer to struct", &holder{secret}},
		{"private field", private{secret, &secret}}, {"list", []Secret{secret}}, {"map", map[string]Secret{"a": secret}},
		{"map key", map[Secret]int{secret: 1}}, {"interface", []any{secret}}, {"Config", c}, {"Config by value", *c}, {"Values", c.Values}, {"Value", c.Values[0]},
	} {
		t.Run(test.name, func(t *testing.T) {
			for verb := rune('A'); verb <= 'z'; verb++ {
				for _, flags := range []string{"", "+", "#", " ", "-80.60", "#+ 0", "[2]"} {
					hides(t, fmt.Sprintf("%"+flags+string(verb), test.value))
				}
			}
			hides(t, fmt.Sprint(test.value))
			misused := "%w" // vet would find it
			hides(t, fmt.Errorf(misused, test.value).Error())
			// An error of an encoder is fine: it may not show the secret either.
			text, err := json.Marshal(test.value)
			hides(t, fmt.Sprint(string(text), err))
			text, err = experimentjson.Marshal(test.value)
			hides(t, fmt.Sprint(string(text), err))
		})
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s"} {
		if text := fmt.Sprintf(format, secret); text != "(hidden)" {
			t.Errorf("%s prints %q", format, text)
		}
	}
	for _, marshal := range []func(any) ([]byte, error){
		json.Marshal,
		func(v any) ([]byte, error) { return experimentjson.Marshal(v) },
	} {
		if text, err := marshal(holder{secret}); err != nil || string(text) != `{"Secret":"(hidden)"}` {
			t.Errorf("JSON %s, %v", text, err)
		}
	}
}

func TestSecretBytes(t *testing.T) {
	if (Secret{}).IsSet() || len((Secret{}).Bytes()) != 0 || NewSecret("").IsSet() {
		t.Error("an empty secret is set")
	}
	secret := NewSecret("\"$a\xff'")
	if string(secret.Bytes()) != "\"$a\xff'" || !secret.IsSet() {
		t.Errorf("bytes %q", secret.Bytes())
	}
	secret.Bytes()[0] = 'x'
	if secret.Bytes()[0] != '"' {
		t.Error("a caller changes the secret")
	}
}
