package config

import "strings"

// A Fault is one thing that is wrong with the configuration, in words that
// mend it. None of its texts ever holds the value of a setting.
type Fault struct {
	Where   string // the setting and where it stands: "JWT_ISSUER (.env line 3)"
	Problem string // what is wrong: "is empty"
	Remedy  string // what to do, addressed to the owner
}

func (f Fault) String() string {
	return f.Where + " " + f.Problem + ": " + f.Remedy
}

// Faults are all the faults of a configuration, so that one run names them all.
type Faults []Fault

// Error gives one fault a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}
