package config

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/joho/godotenv"
)

// maxDotenvBytes bounds the .env file. A real one has a few hundred bytes.
const maxDotenvBytes = 64 << 10

// An assignment is one NAME=value of a .env file.
type assignment struct {
	line        int // where it begins, from 1
	name, value string
}

const (
	remedyQuote = "put the value in single quotes, or choose one of letters, digits, - and _"
	remedyPlain = "choose a value without it, of letters, digits, - and _"
	remedyName  = "write NAME=value, the name of letters, digits and _"
)

// parseDotenv reads the text of a .env file. godotenv does the reading; this
// guards it. godotenv expands $NAME, drops backslashes, and prints the rest of
// the file in its errors, while python-dotenv, which read the same file for the
// app before this one, expands ${NAME} even in single quotes. So each assignment
// is also read by python-dotenv's rules, and one that the two would not read
// alike, or that either would change, is refused with its line number. Faults
// never quote the file.
//
// A line's fault does not hide those of the lines after it.
func parseDotenv(text []byte) ([]assignment, Faults) {
	if len(text) > maxDotenvBytes {
		return nil, Faults{{".env", fmt.Sprintf("is larger than %d KiB", maxDotenvBytes>>10), "keep only NAME=value lines in it"}}
	}
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		return nil, Faults{at(1, "begins with a byte order mark, which hides the first name",
			"save the file as UTF-8 without BOM")}
	}
	s := scanner{rest: string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))), line: 1}
	var assignments []assignment
	var faults Faults
	for s.rest != "" {
		line := s.line
		a, fault := s.statement()
		switch {
		case fault != nil:
			faults = append(faults, at(line, fault.Problem, fault.Remedy))
		case a != nil:
			a.line = line
			assignments = append(assignments, *a)
		}
	}
	return assignments, faults
}

func at(line int, problem, remedy string) Fault {
	return Fault{fmt.Sprintf(".env line %d", line), problem, remedy}
}

// A scanner cuts the text into statements: a blank line, a comment, or an
// assignment, whose quoted value may span lines.
type scanner struct {
	rest string
	line int
}

// take removes n bytes from the text and counts their lines.
func (s *scanner) take(n int) string {
	taken := s.rest[:n]
	s.rest = s.rest[n:]
	s.line += strings.Count(taken, "\n")
	return taken
}

// statement takes the next statement. Its result is nil for one that assigns
// nothing. After a fault the scanner stands at the line after the one that it
// began with, as python-dotenv goes on.
func (s *scanner) statement() (*assignment, *Fault) {
	end := len(s.rest)
	if i := strings.IndexByte(s.rest, '\n'); i >= 0 {
		end = i + 1
	}
	first := s.rest[:end]
	refuse := func(problem, remedy string) (*assignment, *Fault) {
		s.take(end)
		return nil, &Fault{Problem: problem, Remedy: remedy}
	}
	if problem := unreadable(first); problem != "" {
		return refuse(problem, "save the file as plain UTF-8 text")
	}
	body := strings.TrimLeft(first, " \t\n")
	if body == "" || body[0] == '#' {
		s.take(end)
		return nil, nil
	}
	if after, found := strings.CutPrefix(body, "export"); found && after != "" && (after[0] == ' ' || after[0] == '\t') {
		body = strings.TrimLeft(after, " \t")
	}
	name := body[:nameLength(body)]
	body = strings.TrimLeft(body[len(name):], " \t")
	if name == "" {
		return refuse("is not NAME=value", remedyName)
	}
	if !strings.HasPrefix(body, "=") {
		return refuse("has no = after the name", remedyName)
	}
	valueAt := len(first) - len(strings.TrimLeft(body[1:], " \t"))

	value, length, fault := readValue(s.rest[valueAt:])
	if fault != nil {
		return refuse(fault.Problem, fault.Remedy)
	}
	source := s.rest[:valueAt+length]
	if problem := unreadable(source); problem != "" {
		return refuse(problem, "save the file as plain UTF-8 text")
	}
	if strings.Contains(value, "${") {
		return refuse("holds ${, which some readers of .env files expand", remedyPlain)
	}
	if read, err := godotenv.Unmarshal(source); err != nil || len(read) != 1 || read[name] != value {
		return refuse("holds a $, a backslash or a quote that readers of .env files change", remedyQuote)
	}
	s.take(len(source))
	return &assignment{name: name, value: value}, nil
}

// unreadable names what text must not hold: python-dotenv and godotenv take
// different characters for white space and for the end of a line.
func unreadable(text string) string {
	if !utf8.ValidString(text) {
		return "is not valid UTF-8"
	}
	for _, r := range text {
		switch {
		case r == '\r':
			return "holds a carriage return without a line feed"
		case r == '\n' || r == '\t' || r == ' ':
		case unicode.IsControl(r):
			return "holds a control character"
		case unicode.IsSpace(r) || r == '\ufeff':
			return "holds a white space character other than space and tab"
		}
	}
	return ""
}

func nameLength(text string) int {
	for i, c := range []byte(text) {
		letter := c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return i
		}
	}
	return len(text)
}

// readValue reads the value that text begins with as python-dotenv would, and
// says how much of text its statement takes, with the comment and the line feed
// that end it.
func readValue(text string) (value string, length int, fault *Fault) {
	if text == "" || text[0] != '\'' && text[0] != '"' {
		line, rest, _ := strings.Cut(text, "\n")
		return unquoted(line), len(text) - len(rest), nil
	}
	end := closingQuote(text)
	if end < 0 {
		return "", 0, &Fault{Problem: "begins a quote that does not end", Remedy: "close the quote on the same line"}
	}
	value = text[1:end]
	after, rest, _ := strings.Cut(text[end+1:], "\n")
	if after = strings.TrimLeft(after, " \t"); after != "" && after[0] != '#' {
		return "", 0, &Fault{Problem: "has text after the closing quote", Remedy: "close the quote at the end of the value"}
	}
	if text[0] == '\'' {
		if strings.Contains(value, `\\`) || strings.HasSuffix(value, `\`) {
			return "", 0, &Fault{Problem: "holds a backslash that some readers of .env files drop", Remedy: remedyPlain}
		}
		return value, len(text) - len(rest), nil
	}
	value, known := unescape(value)
	if !known {
		return "", 0, &Fault{Problem: "holds a backslash in double quotes, which readers of .env files change", Remedy: remedyQuote}
	}
	return value, len(text) - len(rest), nil
}

// closingQuote is the index of the quote that ends the one that text begins
// with, or -1. In double quotes a backslash takes the next character along.
func closingQuote(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == text[0]:
			return i
		case text[i] == '\\' && text[0] == '"':
			i++
		}
	}
	return -1
}

// unquoted cuts the comment, which white space must precede, and the white space
// at the end.
func unquoted(line string) string {
	for i := 1; i < len(line); i++ {
		if line[i] == '#' && (line[i-1] == ' ' || line[i-1] == '\t') {
			line = line[:i]
			break
		}
	}
	return strings.TrimRight(line, " \t")
}

// unescape replaces the two escapes that every reader of .env files knows in
// double quotes, and refuses the others.
func unescape(quoted string) (value string, known bool) {
	if !strings.Contains(quoted, `\`) {
		return quoted, true
	}
	var b strings.Builder
	for i := 0; i < len(quoted); i++ {
		if quoted[i] != '\\' {
			b.WriteByte(quoted[i])
			continue
		}
		i++
		switch quoted[i] { // closingQuote left no backslash at the end
		case 'n':
			b.WriteByte('\n')
		case '"':
			b.WriteByte('"')
		default:
			return "", false
		}
	}
	return b.String(), true
}
