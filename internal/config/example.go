package config

import (
	"fmt"
	"strings"
)

const exampleHead = `# Settings of identity-backend: copy this file to .env in the app root, then
# chmod 600 .env, and set JWT_SECRET_KEY. Lines that begin with # are comments.
#
# A variable of the process environment wins over a line here. A value stands as
# it is, and nothing in it is expanded: one that some reader of .env files would
# change ($NAME, ${NAME}, most backslashes) is refused, with its line number.
# What is in force, and whence, shows: identity-backend check
`

// Example is the text of .env.example: every setting with its meaning, its bounds
// and its default, commented out but for the secret.
func Example() string {
	var b strings.Builder
	b.WriteString(exampleHead)
	for _, s := range Settings() {
		values := "Values: " + s.Bounds
		if s.Default != "" {
			values += ". Default: " + s.Default
		}
		comment := "#"
		if s.Name == "JWT_SECRET_KEY" {
			comment = ""
			values += "; " + remedySecret
		}
		fmt.Fprintf(&b, "\n%s# %s\n%s%s=%s\n", commentLines(s.Meaning), values, comment, s.Name, s.Default)
	}
	return b.String()
}

// commentLines breaks text into comment lines that fit a terminal.
func commentLines(text string) string {
	const width = 80
	var b strings.Builder
	line := "#"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	return b.String() + line + "\n"
}
