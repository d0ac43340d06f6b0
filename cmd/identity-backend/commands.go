package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"aurorahours.com/identity-backend/internal/config"
)

// A command is a line of the command table.
type command struct {
	name    string
	usage   string // its arguments
	summary string
	run     func(context.Context, *invocation) error
}

func commands() []command {
	return []command{
		{"serve", "[--listen ADDRESS]", "answer HTTP requests, on 127.0.0.1:8080 unless told otherwise", serve},
		{"dev", "[--listen ADDRESS]", "the same with a throw-away secret, to try it; prints calls to paste", dev},
		{"check", "", "show the configuration and all that is wrong with it", check},
		{"issue", "--sub SUBJECT --aud AUDIENCE", "print a token", issue},
		{"verify", "--aud AUDIENCE [TOKEN]", "print the claims of a token, which is read from standard input if left out", verify},
		{"version", "", "print the version", printVersion},
	}
}

// An invocation is a command as it was called.
type invocation struct {
	arguments   []string // after the command's name
	stdin       io.Reader
	stdout      io.Writer
	stderr      io.Writer
	environment config.Lookup
	executable  string
	workingDir  string
}

// A hinted error tells a person what to do.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// A usageError is the error of a call that cannot be understood. It is empty
// when package flag has said why.
type usageError string

func (u usageError) Error() string { return string(u) }

func runCommandLine(executable string) int {
	workingDir, err := os.Getwd()
	if err != nil {
		workingDir = ""
	}
	return run(context.Background(), os.Args[1:], &invocation{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		environment: os.LookupEnv, executable: executable, workingDir: workingDir,
	})
}

// run runs the command that arguments name, and returns the exit status: 0; 1
// when the command failed; 2 when it was called wrongly.
func run(ctx context.Context, arguments []string, i *invocation) int {
	if len(arguments) == 0 || strings.HasPrefix(arguments[0], "-") || arguments[0] == "help" {
		if len(arguments) > 0 && isHelp(arguments[0]) {
			printUsage(i.stdout)
			return 0
		}
		printUsage(i.stderr)
		return 2
	}
	for _, c := range commands() {
		if c.name != arguments[0] {
			continue
		}
		i.arguments = arguments[1:]
		return report(i.stderr, c.run(ctx, i))
	}
	return report(i.stderr, hinted{usageError(fmt.Sprintf("there is no command %q", arguments[0])), "identity-backend help lists them"})
}

func isHelp(argument string) bool {
	return argument == "help" || argument == "-h" || argument == "-help" || argument == "--help"
}

// report prints an error in lower case after the program's name, one line for
// each fault, and then the hint.
func report(stderr io.Writer, err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err.Error() != "" {
		for _, line := range strings.Split(err.Error(), "\n") {
			fmt.Fprintf(stderr, "identity-backend: %s\n", line)
		}
	}
	var h hinted
	if errors.As(err, &h) {
		fmt.Fprintf(stderr, "identity-backend: hint: %s\n", h.hint)
	}
	var usage usageError
	if errors.As(err, &usage) {
		return 2
	}
	return 1
}

func printUsage(w io.Writer) {
	fmt.Fprint(w, "identity-backend issues and verifies JSON Web Tokens.\n\nusage: identity-backend COMMAND [ARGUMENTS]\n\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(table, "  %s\t%s\n", strings.TrimSpace(c.name+" "+c.usage), c.summary)
	}
	table.Flush()
	fmt.Fprint(w, "\nEach takes --home DIR, the folder of .env. Without it that is IDENTITY_HOME, else the folder\n"+
		"of the binary or the working folder if it holds a .env, else ~/identity-backend.\n")
}

// flags makes the flag set of a command, with --home.
func (i *invocation) flags(name string) (set *flag.FlagSet, home *string) {
	set = flag.NewFlagSet("identity-backend "+name, flag.ContinueOnError)
	set.SetOutput(i.stderr)
	return set, set.String("home", "", "the `folder` of .env")
}

// parse reads the arguments of a command that takes at most positional of them
// beside its flags.
func (i *invocation) parse(set *flag.FlagSet, positional int) error {
	if err := set.Parse(i.arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usageError("")
	}
	if set.NArg() > positional {
		return usageError(fmt.Sprintf("%q is one argument too many", set.Arg(positional)))
	}
	return nil
}

// load reads the configuration of the app root that home names, or the one that
// is found. With an error the Config serves only to be shown.
func (i *invocation) load(home string) (*config.Config, error) {
	environment := i.environment
	if home != "" {
		absolute, err := filepath.Abs(home)
		if err != nil {
			return nil, fmt.Errorf("--home %s: %w", home, err)
		}
		return config.Load(absolute, environment)
	}
	found, err := config.FindHome(environment, i.executable, i.workingDir)
	if err != nil {
		return nil, err
	}
	return config.Load(found, environment)
}
