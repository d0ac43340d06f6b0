package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// acceptedDotenv are files that every reader of .env files must read like this.
// TestPython reads them too.
var acceptedDotenv = []struct {
	name, text string
	want       map[string]string
}{
	{"empty file", "", map[string]string{}},
	{"blank lines", "\n \n\t\n", map[string]string{}},
	{"comments", "# a\n  # b\n#c=d", map[string]string{}},
	{"a comment that looks like anything", "# it's \"$FOO ${FOO} \\\nK=abc\n", map[string]string{"K": "abc"}},
	{"no line feed at the end", "K=abc", map[string]string{"K": "abc"}},
	{"CRLF", "# a\r\nK=abc\r\n\r\nL=def\r\n", map[string]string{"K": "abc", "L": "def"}},
	{"CRLF in quotes", "K='a\r\nb'\r\n", map[string]string{"K": "a\nb"}},

	{"names", "_=1\nk_2=2\nABC=3\n", map[string]string{"_": "1", "k_2": "2", "ABC": "3"}},
	{"spaces around the =", "K = abc\nL\t=\tdef\n", map[string]string{"K": "abc", "L": "def"}},
	{"white space before the name", " \tK=abc\n", map[string]string{"K": "abc"}},
	{"export", "export K=abc\nexport\tL = def\n  export  M=x\n", map[string]string{"K": "abc", "L": "def", "M": "x"}},
	{"a name like export", "export=abc\nexported=def\n", map[string]string{"export": "abc", "exported": "def"}},
	{"the last duplicate", "K=first\nL=x\nK=last\n", map[string]string{"K": "last", "L": "x"}},

	{"white space at the end", "K=abc \t \nL='def' \t\n", map[string]string{"K": "abc", "L": "def"}},
	{"white space within", "K=a  b\tc\n", map[string]string{"K": "a  b\tc"}},
	{"white space in quotes", "K=' a '\nL=\" b\t\"\n", map[string]string{"K": " a ", "L": " b\t"}},
	{"empty values", "K=\nL=''\nM=\"\"\nN= \nO=", map[string]string{"K": "", "L": "", "M": "", "N": "", "O": ""}},
	{"= in a value", "K=a=b==\nL='='\n", map[string]string{"K": "a=b==", "L": "="}},
	{"not ASCII", "K=Grüße\nL='鍵🔑'\n", map[string]string{"K": "Grüße", "L": "鍵🔑"}},

	{"# without white space", "K=ab#cd\nL=#abcd\nM=##\n", map[string]string{"K": "ab#cd", "L": "#abcd", "M": "##"}},
	{"# after white space", "K=ab #cd\nL=ab\t#cd\nM=ab \t # c#d\n", map[string]string{"K": "ab", "L": "ab", "M": "ab"}},
	{"# in quotes", "K='ab #cd'\nL=\" # \"\n", map[string]string{"K": "ab #cd", "L": " # "}},
	{"comment after quotes", "K=\"a b\" # it's\nL='c'#d\n", map[string]string{"K": "a b", "L": "c"}},

	{"$ and lower case", "K=ab$cd\nL=\"ab$cd\"\nM='ab$cd'\n", map[string]string{"K": "ab$cd", "L": "ab$cd", "M": "ab$cd"}},
	{"$$", "K=ab$$\nL=\"$$\"\n", map[string]string{"K": "ab$$", "L": "$$"}},
	{"$ at the end", "K=ab$\nL=\"ab$\"\n", map[string]string{"K": "ab$", "L": "ab$"}},
	{"$(", "K=$(date)\n", map[string]string{"K": "$(date)"}},
	{"$NAME in single quotes", "K='ab$12cd'\nL='$FOO'\n", map[string]string{"K": "ab$12cd", "L": "$FOO"}},

	{"backslash without quotes", `K=ab\cd\n`, map[string]string{"K": `ab\cd\n`}},
	{"backslash in single quotes", `K='ab\cd\n'`, map[string]string{"K": `ab\cd\n`}},
	{`\n in double quotes`, `K="a\nb"`, map[string]string{"K": "a\nb"}},
	{`\" in double quotes`, `K="a\"b"`, map[string]string{"K": `a"b`}},
	{`\" first in double quotes`, `K="\"ab"`, map[string]string{"K": `"ab`}},
	{"quotes within a value", "K=ab'c\"d'\n", map[string]string{"K": "ab'c\"d'"}},
	{"the other quote", "K='a\"b'\nL=\"a'b\"\n", map[string]string{"K": `a"b`, "L": "a'b"}},
	{"line feeds in quotes", "K='a\n\n# b'\nL=\"c\nM=d\"\nN=e\n", map[string]string{"K": "a\n\n# b", "L": "c\nM=d", "N": "e"}},
}

func TestDotenvAccepted(t *testing.T) {
	for _, test := range acceptedDotenv {
		t.Run(test.name, func(t *testing.T) {
			assignments, faults := parseDotenv([]byte(test.text))
			if len(faults) > 0 {
				t.Fatalf("refused: %v", faults)
			}
			if got := lastOfEach(assignments); !maps.Equal(got, test.want) {
				t.Errorf("read as %q, not as %q", got, test.want)
			}
		})
	}
}

func lastOfEach(assignments []assignment) map[string]string {
	values := make(map[string]string)
	for _, a := range assignments {
		values[a.name] = a.value
	}
	return values
}

func TestDotenvRefused(t *testing.T) {
	const (
		notPair   = "is not NAME=value"
		noEqual   = "has no = after the name"
		open      = "begins a quote that does not end"
		after     = "has text after the closing quote"
		changed   = "holds a $, a backslash or a quote that readers of .env files change"
		expanded  = "holds ${, which some readers of .env files expand"
		dropped   = "holds a backslash that some readers of .env files drop"
		escape    = "holds a backslash in double quotes, which readers of .env files change"
		onlyNote  = "has only a comment after the =, which readers of .env files take for the value"
		twoHashes = "has a # in its comment, where readers of .env files disagree on where the value ends"
		notUTF8   = "is not valid UTF-8"
		control   = "holds a control character"
		loneCR    = "holds a carriage return without a line feed"
		space     = "holds a white space character other than space and tab"
		mark      = "begins with a byte order mark, which hides the first name"
	)
	for _, test := range []struct {
		name, text string
		want       []string // line and problem of each fault
	}{
		{"$ and digits", "K=ab$12cd\n", []string{"1 " + changed}},
		{"$NAME", "K=ab$FOO\n", []string{"1 " + changed}},
		{"$NAME in double quotes", "K=\"ab$FOO\"\n", []string{"1 " + changed}},
		{"$_", "K=a$_b\n", []string{"1 " + changed}},
		{"$(NAME)", "K=$(FOO)\n", []string{"1 " + changed}},
		{"$NAME of this file", "FOO='$FOO'\nK=$FOO\n", []string{"2 " + changed}},
		{"${NAME}", "K=ab${FOO}\n", []string{"1 " + expanded}},
		{"${NAME} in double quotes", "K=\"ab${FOO}\"\n", []string{"1 " + expanded}},
		{"${NAME} in single quotes", "K='ab${FOO}'\n", []string{"1 " + expanded}},
		{"${NAME:-default}", "K=${X:-d}\n", []string{"1 " + expanded}},
		{"${name}", "K=${foo}\n", []string{"1 " + expanded}},
		{"${}", "K='${}'\n", []string{"1 " + expanded}},
		{"${ across lines", "K='${\n}'\nL=x\n", []string{"1 " + expanded}},

		{`\$ in double quotes`, `K="ab\$cd"`, []string{"1 " + escape}},
		{`\$`, `K=ab\$cd`, []string{"1 " + changed}},
		{`\t in double quotes`, `K="ab\tcd"`, []string{"1 " + escape}},
		{`\x in double quotes`, `K="ab\xcd"`, []string{"1 " + escape}},
		{`\r in double quotes`, `K="ab\rcd"`, []string{"1 " + escape}},
		{`\' in double quotes`, `K="ab\'cd"`, []string{"1 " + escape}},
		{`\\ in double quotes`, `K="ab\\cd"`, []string{"1 " + escape}},
		{`\\" in double quotes`, `K="ab\\"`, []string{"1 " + escape}},
		{"backslash and line feed in double quotes", "K=\"ab\\\ncd\"\n", []string{"1 " + escape}},
		{`\" at the end in double quotes`, `K="ab\""`, []string{"1 " + changed}},
		{`\\ in single quotes`, `K='ab\\cd'`, []string{"1 " + dropped}},
		{`\' in single quotes`, `K='ab\'cd'`, []string{"1 " + after}},
		{"backslash before the closing quote", `K='ab\'`, []string{"1 " + dropped}},
		{"backslash before the closing quote and a comment", `K='ab\' # it's`, []string{"1 " + dropped}},

		{"colon", "K: abc\n", []string{"1 " + noEqual}},
		{"no =", "L=x\nK\nM=y\n", []string{"2 " + noEqual}},
		{"no = after export", "export K\n", []string{"1 " + noEqual}},
		{"export and nothing", "export\nK=abc\n", []string{"1 " + noEqual}},
		{"export and a space", "export ", []string{"1 " + notPair}},
		{"export and a comment", "export # K=abc\n", []string{"1 " + notPair}},
		{"export and =", "export =abc\n", []string{"1 " + notPair}},
		{"two names", "K L=abc\n", []string{"1 " + noEqual}},
		{"- in the name", "MY-K=abc\n", []string{"1 " + noEqual}},
		{". in the name", "MY.K=abc\n", []string{"1 " + noEqual}},
		{"a letter that is not ASCII in the name", "KÜ=abc\n", []string{"1 " + noEqual}},
		{"a digit first in the name", "2K=abc\n", []string{"1 " + notPair}},
		{"quoted name", "'K'=abc\n", []string{"1 " + notPair}},
		{"no name", "=abc\n", []string{"1 " + notPair}},
		{"shell", "[ -f x ] && . x\n", []string{"1 " + notPair}},

		{"unterminated double quote", "K=\"abc\nL=def\n", []string{"1 " + open}},
		{"unterminated single quote", "L=x\nK='abc", []string{"2 " + open}},
		{"only a quote", "K='", []string{"1 " + open}},
		{"the closing quote is escaped", "K=\"abc\\\"\nL=def\n", []string{"1 " + open}},
		{"the quote ends where another begins", "K=\"abc\nL=\"def\"\n", []string{"1 " + open}},
		{"text after the quote", "K='abc'def\n", []string{"1 " + after}},
		{"two quoted values", "K='abc' 'def'\n", []string{"1 " + after}},
		{"comment that readers take for the value", "K= # at least 32 bytes\n", []string{"1 " + onlyNote}},
		{"comment with a second #", "K=abc # see #12\n", []string{"1 " + twoHashes}},

		{"byte order mark", "\ufeffK=abc\n", []string{"1 " + mark}},
		{"byte order mark and nothing", "\ufeff", []string{"1 " + mark}},
		{"byte order mark and more", "\ufeffK=abc\nL\n", []string{"1 " + mark, "2 " + noEqual}},
		{"byte order mark within", "K=a\ufeffb\n", []string{"1 " + space}},
		{"UTF-16", "\xff\xfeK\x00=\x00a\x00\n\x00", []string{"1 " + notUTF8, "2 " + control}},
		{"invalid UTF-8", "K=caf\xe9\n", []string{"1 " + notUTF8}},
		{"a surrogate", "K=\xed\xa0\x80\n", []string{"1 " + notUTF8}},
		{"invalid UTF-8 in a comment", "# caf\xe9\nK=abc\n", []string{"1 " + notUTF8}},
		{"NUL", "K=a\x00b\n", []string{"1 " + control}},
		{"escape", "K='\x1b[0m'\n", []string{"1 " + control}},
		{"DEL", "K=\x7f\n", []string{"1 " + control}},
		{"vertical tab, which readers take for white space", "K=abc\v#d\n", []string{"1 " + control}},
		{"file separator, which Python takes for white space", "K=abc\x1c#d\n", []string{"1 " + control}},
		{"next line", "K=abc\u0085\n", []string{"1 " + control}},
		{"no-break space", "K=abc\u00a0\n", []string{"1 " + space}},
		{"no-break space before the name", "\u00a0K=abc\n", []string{"1 " + space}},
		{"em space", "K=abc\u2003#d\n", []string{"1 " + space}},
		{"ideographic space", "K\u3000=abc\n", []string{"1 " + space}},
		{"line separator", "K=abc\u2028L=d\n", []string{"1 " + space}},
		{"lone CR", "K=abc\rL=def\n", []string{"1 " + loneCR}},
		{"lone CR at the end", "K=abc\r", []string{"1 " + loneCR}},
		{"two CR and LF", "K=abc\r\r\n", []string{"1 " + loneCR}},
		{"lone CR in quotes", "L=x\nK='a\nb\rc'\nM\n", []string{"2 " + loneCR, "4 " + noEqual}},

		{"each fault of a file", "A=$X\n\nB=ok\n# c\nC: d\n'D'=e\nE=\"\\t\"\nF='x\n", []string{
			"1 " + changed, "5 " + noEqual, "6 " + notPair, "7 " + escape, "8 " + open}},
		{"lines after a value of many", "K='a\n\nb'\nL\nM=\"\n\"\nN\n", []string{"4 " + noEqual, "7 " + noEqual}},
		{"lines after a refused value of many", "K=\"\\t\n\n${X}\"\nL\n", []string{"1 " + escape, "4 " + noEqual}},
		{"lines that end in CRLF", "K=a\r\nL\r\nM=$X\r\n", []string{"2 " + noEqual, "3 " + changed}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assignments, faults := parseDotenv([]byte(test.text))
			var got []string
			for _, f := range faults {
				got = append(got, strings.TrimPrefix(f.Where, ".env line ")+" "+f.Problem)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("faults %q, not %q", got, test.want)
			}
			checkOwnWords(t, test.text, assignments, faults)
		})
	}
}

// checkOwnWords checks that what is said of a file takes nothing from it but
// numbers of lines: so no part of a secret can be in it.
func checkOwnWords(t *testing.T, text string, assignments []assignment, faults Faults) {
	t.Helper()
	lines := strings.Count(text, "\n") + 1
	number := func(text, before, after string) bool {
		digits, found := strings.CutPrefix(text, before)
		digits, foundToo := strings.CutSuffix(digits, after)
		n, err := strconv.Atoi(digits)
		return found && foundToo && err == nil && n >= 1 && n <= lines && strconv.Itoa(n) == digits
	}
	const again, sets = "sets a name again that line ", " sets"
	for _, f := range slices.Concat(faults, strayNames(assignments)) {
		if !number(f.Where, ".env line ", "") {
			t.Errorf("a fault is at %q of %d lines", f.Where, lines)
		}
		if !slices.Contains(ownWords, f.Problem) && !number(f.Problem, again, sets) {
			t.Errorf("a fault says %q", f.Problem)
		}
		if !slices.Contains(ownWords, f.Remedy) {
			t.Errorf("a remedy says %q", f.Remedy)
		}
	}
}

// ownWords are all that may be said of a .env file.
var ownWords = []string{
	"begins a quote that does not end",
	"begins with a byte order mark, which hides the first name",
	"has a # in its comment, where readers of .env files disagree on where the value ends",
	"has no = after the name",
	"has only a comment after the =, which readers of .env files take for the value",
	"has text after the closing quote",
	"holds ${, which some readers of .env files expand",
	"holds a $, a backslash or a quote that readers of .env files change",
	"holds a backslash in double quotes, which readers of .env files change",
	"holds a backslash that some readers of .env files drop",
	"holds a carriage return without a line feed",
	"holds a control character",
	"holds a white space character other than space and tab",
	"is not NAME=value",
	"is not valid UTF-8",
	"sets a name that is no setting",

	"choose a value without it, of letters, digits, - and _",
	"close the quote at the end of the value",
	"close the quote on the same line",
	"put the comment on a line of its own, or the value in single quotes",
	"put the value in single quotes, or choose one of letters, digits, - and _",
	"save the file as UTF-8 without BOM",
	"save the file as plain UTF-8 text",
	"see the names in .env.example",
	"the last one counts; take the other out",
	"write NAME=value, the name of letters, digits and _",
}

// A refused line still sets its name: that a setting is missing would be a second
// fault of one cause.
func TestDotenvRefusedNames(t *testing.T) {
	for _, text := range []string{"K=$X", "K: abc", "K", "export K", "K='abc", "K=a\u00a0b", "K=\xff", "\ufeffK=${X}", "K= # abc"} {
		assignments, _ := parseDotenv([]byte(text))
		if len(assignments) != 1 || assignments[0] != (assignment{line: 1, name: "K", refused: true}) {
			t.Errorf("%q: assignments %+v", text, assignments)
		}
	}
}

func TestDotenvLines(t *testing.T) {
	const text = "# a\nA=1\r\n\nB='x\r\ny'\n C=\"\n\n\" # d\n\t\nexport D=4\nE=$X\nF="
	want := map[string]int{"A": 2, "B": 4, "C": 6, "D": 10, "E": 11, "F": 12}
	assignments, _ := parseDotenv([]byte(text))
	got := make(map[string]int)
	for _, a := range assignments {
		got[a.name] = a.line
	}
	if !maps.Equal(got, want) {
		t.Errorf("lines %v, not %v", got, want)
	}
}

func TestStrayNames(t *testing.T) {
	const stray, again = "sets a name that is no setting", "sets a name again that line %d sets"
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"settings", "JWT_ISSUER=a\nTOKEN_ACCESS=open\n", nil},
		{"names of other programs", "FLASK_ENV=production\nDEBUG=1\njwt_issuer=a\nMY_JWT_KEY=b\n", nil},
		{"a setting misspelt", "JWT_ISSUER=a\nJWT_SECRET=b\nJWT_EXPIRATION=1\n", []string{"2 " + stray, "3 " + stray}},
		{"twice", "JWT_ISSUER=a\n\nJWT_ISSUER=b\n", []string{"3 " + fmt.Sprintf(again, 1)}},
		{"three times", "BASE_PATH=/a\nBASE_PATH=/b\nBASE_PATH=/c\n", []string{"2 " + fmt.Sprintf(again, 1), "3 " + fmt.Sprintf(again, 2)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assignments, faults := parseDotenv([]byte(test.text))
			var got []string
			for _, w := range strayNames(assignments) {
				got = append(got, strings.TrimPrefix(w.Where, ".env line ")+" "+w.Problem)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("warnings %q, not %q", got, test.want)
			}
			checkOwnWords(t, test.text, assignments, faults)
		})
	}
}
