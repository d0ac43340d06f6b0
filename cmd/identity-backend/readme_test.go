package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"aurorahours.com/identity-backend/internal/config"
	"aurorahours.com/identity-backend/internal/web"
)

var update = flag.Bool("update", false, "write the tables of README.md anew")

const readmePath = "../../README.md"

func readREADME(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestREADMETables holds the tables of the README to the code that they describe.
func TestREADMETables(t *testing.T) {
	readme := readREADME(t)
	for name, table := range map[string]string{
		"settings": settingsTable(), "commands": commandsTable(), "errors": errorsTable(),
	} {
		begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
		before, rest, found := strings.Cut(readme, begin)
		present, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Errorf("no table of %s", name)
			continue
		}
		if present != table && !*update {
			t.Errorf("the table of %s is not what the code says: run this test with -update", name)
		}
		readme = before + begin + table + end + after
	}
	if *update {
		if err := os.WriteFile(readmePath, []byte(readme), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func settingsTable() string {
	var b strings.Builder
	b.WriteString("| name | default | values | meaning |\n|---|---|---|---|\n")
	for _, s := range config.Settings() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Name, code(s.Default), s.Bounds, s.Meaning)
	}
	return b.String()
}

func commandsTable() string {
	var b strings.Builder
	b.WriteString("| command | what it does |\n|---|---|\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "| %s | %s |\n", code(strings.TrimSpace(c.name+" "+c.usage)), c.summary)
	}
	return b.String()
}

func errorsTable() string {
	var b strings.Builder
	b.WriteString("| status | `error` |\n|---|---|\n")
	for _, row := range web.ErrorCodes() {
		fmt.Fprintf(&b, "| %d | `%s` |\n", row.Status, row.Code)
	}
	return b.String()
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// TestREADMERules holds that a reader can look up each rule that a test is named
// by.
func TestREADMERules(t *testing.T) {
	readme := readREADME(t)
	named := regexp.MustCompile(`(?:func Test|")([ABJKT][0-9]{1,2})(?: |[A-Z])`)
	for _, pattern := range []string{"*_test.go", "../../internal/*/*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range named.FindAllSubmatch(text, -1) {
				if !strings.Contains(readme, fmt.Sprintf("| %s | RFC ", match[1])) {
					t.Errorf("%s names the rule %s, which the README does not explain", file, match[1])
				}
			}
		}
	}
}
