package config

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestExampleIsCommitted(t *testing.T) {
	committed, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	if string(committed) != Example() {
		t.Errorf(".env.example is not Example(); it must be:\n%s", Example())
	}
}

// A copy of .env.example lacks the secret and nothing else.
func TestExampleLacksTheSecret(t *testing.T) {
	assignments, faults := parseDotenv([]byte(Example()))
	if len(faults) > 0 || len(assignments) != 1 {
		t.Errorf("assignments %+v, faults %v", assignments, faults)
	}
	c, err := Load(appRoot(t, Example()), environ{}.lookup)
	want := fmt.Sprintf("JWT_SECRET_KEY (.env line %d) is empty", 1+strings.Count(before(Example(), "\nJWT_SECRET_KEY=")+"\n", "\n"))
	if got := faultsOf(t, err); !slices.Equal(got, []string{want}) {
		t.Errorf("faults %q, not %q", got, want)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warnings %v", c.Warnings)
	}
}

func before(text, mark string) string {
	text, _, _ = strings.Cut(text, mark)
	return text
}

// Whoever takes the # away from every setting has the defaults, and must fill in
// those that have none.
func TestExampleUncommented(t *testing.T) {
	text := regexp.MustCompile(`(?m)^#([A-Z_]+=)`).ReplaceAllString(Example(), "$1")
	assignments, faults := parseDotenv([]byte(text))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	settings := Settings()
	if len(assignments) != len(settings) {
		t.Fatalf("%d assignments of %d settings", len(assignments), len(settings))
	}
	for i, s := range settings {
		if a := assignments[i]; a.name != s.Name || a.value != s.Default {
			t.Errorf("%s=%s at the place of %s=%s", a.name, a.value, s.Name, s.Default)
		}
	}
	text = regexp.MustCompile(`(?m)^(JWT_(PREVIOUS_)?SECRET_KEY)=`).ReplaceAllString(text, "${1}="+goodSecret)
	text = strings.Replace(text, "\nTOKEN_ACCESS=", "\nTOKEN_ACCESS=clients", 1)
	if _, err := Load(appRoot(t, text), environ{}.lookup); err != nil {
		t.Error(err)
	}
}

func TestExampleDocumentsEverySetting(t *testing.T) {
	example := Example()
	unwrapped := strings.ReplaceAll(example, "\n# ", " ")
	for _, s := range Settings() {
		if s.Meaning == "" || s.Bounds == "" {
			t.Errorf("%s has no meaning or no bounds", s.Name)
		}
		for _, part := range []string{s.Meaning, s.Bounds, s.Default} {
			if !strings.Contains(unwrapped, part) {
				t.Errorf("%s: not in the example: %q", s.Name, part)
			}
		}
	}
	for _, line := range strings.Split(example, "\n") {
		if len(line) > 80 || strings.TrimRight(line, " ") != line || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("a line that does not fit a terminal: %q", line)
		}
	}
}
