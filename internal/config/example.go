package config

import (
	"fmt"
	"strings"
)

// Example is the text of .env.example: every setting with its meaning, commented
// out but for the secret.
func Example() string {
	var b strings.Builder
	b.WriteString("# Settings of identity-backend. A variable of the process environment wins over a line here.\n" +
		"# A value stands as it is: no $NAME is expanded. One that readers of .env files would change is refused.\n")
	for _, s := range Settings() {
		fmt.Fprintf(&b, "\n# %s\n# %s.", s.Meaning, strings.ToUpper(s.Bounds[:1])+s.Bounds[1:])
		if s.Default != "" {
			fmt.Fprintf(&b, " Default: %s.", s.Default)
		}
		comment := "#"
		if s.Name == "JWT_SECRET_KEY" {
			comment = ""
		}
		fmt.Fprintf(&b, "\n%s%s=%s\n", comment, s.Name, s.Default)
	}
	return b.String()
}
