package config

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/joho/godotenv"
)

// An assignment is one NAME=value of a .env file.
type assignment struct {
	line        int // where it begins, from 1
	name, value string
	refused     bool // its fault is among the faults, and its value empty
}

const (
	remedyQuote = "put the value in single quotes, or choose one of letters, digits, - and _"
	remedyPlain = "choose a value without it, of letters, digits, - and _"
	remedyName  = "write NAME=value, the name of letters, digits and _"
	remedyNote  = "put the comment on a line of its own, or the value in single quotes"
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
	var assignments []assignment
	var faults Faults
	text, marked := bytes.CutPrefix(text, []byte("\xef\xbb\xbf"))
	if marked {
		faults = append(faults, at(1, "begins with a byte order mark, which hides the first name",
			"save the file as UTF-8 without BOM"))
	}
	s := scanner{rest: string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))), line: 1}
	for s.rest != "" {
		line := s.line
		name, value, fault := s.statement()
		if fault != nil {
			faults = append(faults, at(line, fault.Problem, fault.Remedy))
		}
		if name != "" {
			assignments = append(assignments, assignment{line, name, value, fault != nil})
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

// statement takes the next statement. Its name is empty for one that assigns
// nothing. Of one with a fault, whose value is empty, it takes as much as it
// understands, and at least a line: the lines after a quote that does not end
// are statements of their own, as for python-dotenv.
func (s *scanner) statement() (name, value string, fault *Fault) {
	source := s.rest
	if i := strings.IndexByte(source, '\n'); i >= 0 {
		source = source[:i+1]
	}
	body := strings.TrimLeft(source, " \t\n")
	assignsNothing := body == "" || body[0] == '#'
	if after, found := strings.CutPrefix(body, "export"); found && after != "" && (after[0] == ' ' || after[0] == '\t') {
		body = strings.TrimLeft(after, " \t")
	}
	name = body[:nameLength(body)]
	after, assigns := strings.CutPrefix(strings.TrimLeft(body[len(name):], " \t"), "=")
	switch {
	case assignsNothing:
	case name == "":
		fault = &Fault{Problem: "is not NAME=value", Remedy: remedyName}
	case !assigns:
		fault = &Fault{Problem: "has no = after the name", Remedy: remedyName}
	default:
		text := strings.TrimLeft(after, " \t")
		valueAt := len(source) - len(text)
		var length int
		value, length, fault = readValue(s.rest[valueAt:])
		if length > 0 {
			source = s.rest[:valueAt+length]
		}
		if fault == nil && text != after && strings.HasPrefix(text, "#") {
			fault = &Fault{Problem: "has only a comment after the =, which readers of .env files take for the value", Remedy: remedyNote}
		}
	}
	s.take(len(source))
	if problem := unreadable(source); problem != "" {
		fault = &Fault{Problem: problem, Remedy: "save the file as plain UTF-8 text"}
	}
	if fault == nil && name != "" {
		fault = ambiguous(source, name, value)
	}
	if fault != nil {
		value = ""
	}
	return name, value, fault
}

// ambiguous finds what python-dotenv expands in a value, or godotenv reads
// otherwise.
func ambiguous(source, name, value string) *Fault {
	if strings.Contains(value, "${") {
		return &Fault{Problem: "holds ${, which some readers of .env files expand", Remedy: remedyPlain}
	}
	if read, err := godotenv.Unmarshal(source); err != nil || len(read) != 1 || read[name] != value {
		return &Fault{Problem: "holds a $, a backslash or a quote that readers of .env files change", Remedy: remedyQuote}
	}
	return nil
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
// that end it: 0 when its end is not known.
func readValue(text string) (value string, length int, fault *Fault) {
	if text == "" || text[0] != '\'' && text[0] != '"' {
		line, rest, _ := strings.Cut(text, "\n")
		value, comment := cutComment(line)
		if _, second := cutComment(comment); second != "" {
			fault = &Fault{Problem: "has a # in its comment, where readers of .env files disagree on where the value ends", Remedy: remedyNote}
		}
		return value, len(text) - len(rest), fault
	}
	end := closingQuote(text)
	if end < 0 {
		return "", 0, &Fault{Problem: "begins a quote that does not end", Remedy: "close the quote on the same line"}
	}
	value = text[1:end]
	after, rest, _ := strings.Cut(text[end+1:], "\n")
	if after = strings.TrimLeft(after, " \t"); after != "" && after[0] != '#' {
		if strings.Contains(value, "\n") { // it met the quote that begins another value
			return "", 0, &Fault{Problem: "begins a quote that does not end", Remedy: "close the quote on the same line"}
		}
		return "", 0, &Fault{Problem: "has text after the closing quote", Remedy: "close the quote at the end of the value"}
	}
	length = len(text) - len(rest)
	if text[0] == '\'' {
		if strings.Contains(value, `\\`) || strings.HasSuffix(value, `\`) {
			fault = &Fault{Problem: "holds a backslash that some readers of .env files drop", Remedy: remedyPlain}
		}
		return value, length, fault
	}
	value, known := unescape(value)
	if !known {
		fault = &Fault{Problem: "holds a backslash in double quotes, which readers of .env files change", Remedy: remedyQuote}
	}
	return value, length, fault
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

// cutComment cuts the comment from an unquoted value, and the white space before
// it, without which a # begins none.
func cutComment(line string) (value, comment string) {
	value = line
	for i := 1; i < len(line); i++ {
		if line[i] == '#' && (line[i-1] == ' ' || line[i-1] == '\t') {
			value, comment = line[:i], line[i:]
			break
		}
	}
	return strings.TrimRight(value, " \t"), comment
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
