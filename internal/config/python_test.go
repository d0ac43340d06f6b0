//go:build unix

package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aurorahours.com/identity-backend/internal/hosttest"
)

// The .env files of the app before this one were written for python-dotenv, which
// also expands ${NAME} from the environment. Whatever is accepted here, it must
// read the same.

// pythonReader reads a JSON list of files from standard input and writes what
// python-dotenv makes of each. argv[1] is a path that it may write to.
const pythonReader = `
import dotenv, json, logging, sys
logging.disable(logging.CRITICAL)
path, results = sys.argv[1], []
for text in json.load(sys.stdin):
    with open(path, "wb") as f:
        f.write(text.encode("utf-8"))
    results.append(dotenv.dotenv_values(path, interpolate=True, encoding="utf-8"))
json.dump(results, sys.stdout)
`

// readWithPython has one Python process read all the files. Its environment holds
// whatever name they might refer to.
func readWithPython(t *testing.T, files []string) []map[string]*string {
	t.Helper()
	python := ""
	for _, candidate := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(candidate, "-c", "import dotenv").Run() == nil {
			python = candidate
			break
		}
	}
	hosttest.Need(t, python != "", "python-dotenv: apt-get install python3-dotenv")
	input, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", pythonReader, filepath.Join(t.TempDir(), ".env"))
	cmd.Env = append(os.Environ(), "FOO=expanded", "X=expanded", "PYTHONDONTWRITEBYTECODE=1")
	for _, c := range alphabet("a-z", "A-Z") {
		cmd.Env = append(cmd.Env, string(c)+"=expanded")
	}
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	var results []map[string]*string
	if err := json.Unmarshal(output, &results); err != nil {
		t.Fatal(err)
	}
	if len(results) != len(files) {
		t.Fatalf("%d results of %d files", len(results), len(files))
	}
	return results
}

// samePython compares a file's values with those that Python reads.
func samePython(want map[string]string, read map[string]*string) bool {
	return maps.EqualFunc(want, read, func(a string, b *string) bool { return b != nil && a == *b })
}

func showPython(read map[string]*string) string {
	text, _ := json.Marshal(read)
	return string(text)
}

func TestPythonReadsTheSame(t *testing.T) {
	var files []string
	for _, test := range acceptedDotenv {
		files = append(files, test.text)
	}
	for i, read := range readWithPython(t, files) {
		if test := acceptedDotenv[i]; !samePython(test.want, read) {
			t.Errorf("%s: python-dotenv reads %s, not %q", test.name, showPython(read), test.want)
		}
	}
}

// TestPythonExpands shows that the reader of this test does what a refusal is for.
func TestPythonExpands(t *testing.T) {
	read := readWithPython(t, []string{"K='ab${FOO}'\n"})[0]
	if !samePython(map[string]string{"K": "abexpanded"}, read) {
		t.Errorf("python-dotenv reads %s", showPython(read))
	}
}

func TestPythonReadsRandomSecretsTheSame(t *testing.T) {
	const each = 3400
	random := seeded()
	var files []string
	var wants []map[string]string
	for _, kind := range secretKinds {
		accepted, total := 0, 0
		for range each {
			secret := kind.draw(random)
			// All the ways to write it that are accepted, in one file.
			text, want := "", make(map[string]string)
			for i, line := range writings(secret) {
				name := fmt.Sprintf("K%d", i)
				line = strings.ReplaceAll(line, "NAME", name)
				assignments, faults := parseDotenv([]byte(line))
				total++
				if len(faults) > 0 {
					checkOwnWords(t, line, assignments, faults)
					if kind.plain {
						t.Errorf("%s: refused %q: %v", kind.name, line, faults)
					}
					continue
				}
				accepted++
				text += line
				maps.Copy(want, lastOfEach(assignments))
			}
			files, wants = append(files, text), append(wants, want)
		}
		t.Logf("%s: %d of %d lines accepted", kind.name, accepted, total)
		if accepted*3 < total {
			t.Errorf("%s: only %d of %d lines are accepted", kind.name, accepted, total)
		}
	}
	comparePython(t, files, wants)
}

// TestPythonReadsRandomFilesTheSame makes files of all that means something in
// one, so that values span lines and comments hold quotes.
func TestPythonReadsRandomFilesTheSame(t *testing.T) {
	const total = 60_000
	pieces := []string{"\n", "\n", "\r\n", "'", "'", `"`, `"`, `\`, "$", "{", "}", "#", " ", " #", "\t", "=", "a", "FOO", "n", ":-", "\nexport ", "\nK=", "\nL = "}
	random := seeded()
	var files []string
	var wants []map[string]string
	for range total {
		text := "K="
		for range random.IntN(14) {
			text += pieces[random.IntN(len(pieces))]
		}
		if assignments, faults := parseDotenv([]byte(text)); len(faults) == 0 {
			files, wants = append(files, text), append(wants, lastOfEach(assignments))
		}
	}
	t.Logf("%d of %d files accepted", len(files), total)
	if len(files) < total/20 {
		t.Errorf("only %d of %d files are accepted", len(files), total)
	}
	comparePython(t, files, wants)
}

func comparePython(t *testing.T, files []string, wants []map[string]string) {
	t.Helper()
	wrong := 0
	for i, read := range readWithPython(t, files) {
		if !samePython(wants[i], read) {
			t.Errorf("%q: python-dotenv reads %s, not %q", files[i], showPython(read), wants[i])
			if wrong++; wrong == 10 {
				t.Fatal("and more")
			}
		}
	}
}

// writings are the ways in which people write a secret into .env.
func writings(secret string) []string {
	return []string{
		"NAME=" + secret + "\n",
		"NAME='" + secret + "'\n",
		"NAME=\"" + secret + "\"\n",
		"export NAME = " + secret + " # a note\n",
		"NAME='" + secret + "' # a note\r\n",
		"NAME='" + strings.ReplaceAll(secret, "'", `\'`) + "'\n", // python-dotenv's own set_key
		"NAME=\"" + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secret) + "\"\n",
	}
}
