package config

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/joho/godotenv"
)

// FuzzDotenv reads files of any form. What is accepted, godotenv reads the same
// from the whole file; what is said of a file takes nothing from it.
func FuzzDotenv(f *testing.F) {
	for _, test := range acceptedDotenv {
		f.Add([]byte(test.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		assignments, faults := parseDotenv(text)
		checkOwnWords(t, string(text), assignments, faults)

		before := 0
		for _, a := range assignments {
			if a.line <= before || a.line > bytes.Count(text, []byte("\n"))+1 {
				t.Errorf("an assignment at line %d after one at line %d", a.line, before)
			}
			before = a.line
			if a.refused && (a.value != "" || len(faults) == 0) {
				t.Errorf("line %d is refused with a value, or without a fault", a.line)
			}
		}
		if len(faults) == 0 {
			read, err := godotenv.UnmarshalBytes(text)
			if got := lastOfEach(assignments); err != nil || !maps.Equal(got, read) {
				t.Errorf("read as %q; godotenv reads %q, %v", got, read, err)
			}
		}

		if !bytes.ContainsRune(text, '\r') {
			windows, windowsFaults := parseDotenv(bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")))
			if !slices.Equal(windows, assignments) || !slices.Equal(windowsFaults, faults) {
				t.Errorf("with CRLF read as %+v, %v, not as %+v, %v", windows, windowsFaults, assignments, faults)
			}
		}
		if !bytes.HasPrefix(text, []byte("\ufeff")) {
			below, belowFaults := parseDotenv(append([]byte("#\n"), text...))
			for i := range below {
				below[i].line--
			}
			if !slices.Equal(below, assignments) || len(belowFaults) != len(faults) {
				t.Errorf("a line below read as %+v, %v, not as %+v, %v", below, belowFaults, assignments, faults)
			}
		}
	})
}
