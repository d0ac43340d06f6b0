package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "aurorahours.com/identity-backend/"

// arrows are who may import whom among the packages of this module.
var arrows = map[string][]string{
	"internal/config":      {},
	"internal/gateway":     {},
	"internal/keyring":     {},
	"internal/hosttest":    {}, // imported by tests alone
	"internal/authority":   {"internal/keyring"},
	"internal/web":         {"internal/authority"},
	"cmd/identity-backend": {"internal/authority", "internal/config", "internal/gateway", "internal/keyring", "internal/web"},
}

// keepers are the packages that alone may import something.
var keepers = map[string][]string{
	"github.com/golang-jwt/jwt/v5": {"internal/keyring"},
	"github.com/joho/godotenv":     {"internal/config"},
	"net/http/cgi":                 {"internal/gateway"},
	"net/http/fcgi":                {"internal/gateway"},
	"net/http":                     {"internal/web", "internal/gateway", "internal/hosttest", "cmd/identity-backend"},
	"os/user":                      {"internal/config", "internal/hosttest"},
	"os/exec":                      {"internal/hosttest"},
	"testing":                      {"internal/hosttest"},
}

// TestArrows holds the plan of the house: what imports what.
func TestArrows(t *testing.T) {
	list := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./cmd/...", "./internal/...")
	list.Dir = "../.."
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		name := strings.TrimPrefix(fields[0], module)
		if strings.Contains(name, "/testdata/") {
			continue
		}
		allowed, known := arrows[name]
		if !known {
			t.Errorf("%s is not in the plan", name)
		}
		for _, path := range fields[1:] {
			if ours, found := strings.CutPrefix(path, module); found && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s", name, ours)
			}
			if who, kept := keepers[path]; kept && !slices.Contains(who, name) {
				t.Errorf("%s imports %s, which is for %v", name, path, who)
			}
		}
	}
}
