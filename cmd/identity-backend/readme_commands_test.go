//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"aurorahours.com/identity-backend/internal/hosttest"
)

const publicURL = "https://aurorahours.com/identity-backend"

// TestREADMECommands follows the README to the letter, in a copy of the source.
// What it replaces is what only the reader has: the public address, and the port.
func TestREADMECommands(t *testing.T) {
	for _, tool := range []string{"openssl", "curl"} {
		_, err := exec.LookPath(tool)
		hosttest.Need(t, err == nil, tool+": apt-get install "+tool)
	}
	blocks := shellBlocks(t)
	take := func(holds string) string {
		t.Helper()
		for i, block := range blocks {
			if strings.Contains(block, holds) {
				blocks = append(blocks[:i:i], blocks[i+1:]...)
				return block
			}
		}
		t.Fatalf("no block holds %q", holds)
		return ""
	}
	source := copySource(t)
	token := take(publicURL + "/token")

	t.Run("dev", func(t *testing.T) {
		startShell(t, source, take("identity-backend dev"), "Listening on ")
	})
	t.Run("serve", func(t *testing.T) {
		block := take("identity-backend serve")
		block = strings.Replace(block, "serve\n", "serve --listen 127.0.0.1:0\n", 1)
		line := startShell(t, source, block, "listening on ")
		base := line[strings.Index(line, "http://"):]
		answer := runCurl(t, strings.ReplaceAll(token, publicURL, base))
		isGrant(t, answer)
		verify := strings.ReplaceAll(take(publicURL+"/verify"), publicURL, base)
		verified := runCurl(t, strings.ReplaceAll(verify, "<jwt_here>", answer["token"].(string)))
		if verified["valid"] != true {
			t.Errorf("verify: %v", verified)
		}
		invokeRestMethod(t, strings.ReplaceAll(readREADME(t), publicURL, base))
	})

	build, configure, ping, renew := take("GOOS=linux"), take("chmod 755"), take("/ping"), take("identity.new")
	runShell(t, source, "", build)
	for _, mode := range []hosttest.ApacheMode{hosttest.PreforkCGI, hosttest.EventFcgid} {
		t.Run("cPanel with "+mode.String(), func(t *testing.T) {
			account := mode.NewAccount(t, binary, "")
			uploadByTable(t, source, account)
			runShell(t, account.Home, account.Home, configure)
			giveToOwner(t, account)
			server := hosttest.StartApache(t, mode, account)
			base := server.URL + "/identity-backend"
			if got := runShell(t, source, "", strings.ReplaceAll(ping, publicURL, base)); got != "OK" {
				t.Errorf("ping: %q", got)
			}
			byCurl := runCurl(t, strings.ReplaceAll(token, publicURL, base))
			byPowerShell := invokeRestMethod(t, strings.ReplaceAll(readREADME(t), publicURL, base))
			for _, answer := range []map[string]any{byCurl, byPowerShell} {
				isGrant(t, answer)
				verifyWithPyJWT(t, answer["token"].(string), secretOf(t, account))
			}
			exchange{method: "GET", path: "/.env", status: 404, code: "not_found"}.play(t, server.Client, base)

			runShell(t, account.Home, account.Home, renew)
			giveToOwner(t, account)
			isUp.play(t, server.Client, base)
		})
	}

	// .ci/run runs the tests, and the tables are TestREADMETables'.
	ci, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(ci), strings.TrimSpace(take("go test -race ./..."))) {
		t.Error(".ci/run does not call the README's test command")
	}
	take("go test ./...")
	take("bash .ci/run")
	take("-update")
	runBenchmarksOnce(t, take)
	for _, block := range blocks {
		t.Errorf("nothing runs these lines of the README:\n%s", block)
	}
}

// runBenchmarksOnce is for the commands that print figures: .ci/run runs them.
func runBenchmarksOnce(t *testing.T, take func(string) string) {
	t.Helper()
	ci, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(take("-bench")) {
		if !strings.Contains(string(ci), strings.TrimSpace(line)) {
			t.Errorf(".ci/run does not call %s", line)
		}
	}
}

// shellBlocks are the lines of each block of shell commands.
func shellBlocks(t *testing.T) []string {
	var blocks []string
	for _, match := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(readREADME(t), -1) {
		blocks = append(blocks, match[1])
	}
	return blocks
}

// copySource copies what a clone has, without the .env of whoever works in it.
func copySource(t *testing.T) string {
	t.Helper()
	source := t.TempDir()
	for _, name := range []string{"cmd", "internal", "public_html", "go.mod", "go.sum", ".htaccess.example"} {
		from, to := filepath.Join("../..", name), filepath.Join(source, name)
		info, err := os.Stat(from)
		if err != nil {
			t.Fatal(err)
		}
		if info.IsDir() {
			err = os.CopyFS(to, os.DirFS(from))
		} else {
			err = copyFile(from, to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return source
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644) // as an upload makes it
}

// runShell runs lines and returns what they print. home is HOME, if not empty.
func runShell(t *testing.T, dir, home, lines string) string {
	t.Helper()
	command := exec.Command("sh", "-e", "-c", lines)
	command.Dir = dir
	command.Env = os.Environ()
	if home != "" {
		command.Env = append(command.Env, "HOME="+home)
	}
	var failure strings.Builder
	command.Stderr = &failure
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s\n%v: %s%s", lines, err, out, failure.String())
	}
	return string(out)
}

func runCurl(t *testing.T, line string) map[string]any {
	t.Helper()
	var answer map[string]any
	if err := json.Unmarshal([]byte(runShell(t, "", "", line)), &answer); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return answer
}

// startShell starts lines of which the last goes on, and returns the first line
// of output that holds sign.
func startShell(t *testing.T, dir, lines, sign string) string {
	t.Helper()
	command := exec.Command("sh", "-e", "-c", lines)
	command.Dir = dir
	// go run does not pass signals on, so the whole group gets one.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	output, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stdout, command.Stderr = writer, writer
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	t.Cleanup(func() {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGTERM)
		_ = command.Wait() // go run reports the signal as a failure
		output.Close()
	})
	for scanner := bufio.NewScanner(output); scanner.Scan(); {
		if strings.Contains(scanner.Text(), sign) {
			return strings.Fields(scanner.Text()[strings.Index(scanner.Text(), "http://"):])[0]
		}
	}
	t.Fatalf("no %q from\n%s", sign, lines)
	return ""
}

// uploadByTable empties the account, and puts each file where the README's table
// says. The modes are an upload's: the table's are for the steps after it.
func uploadByTable(t *testing.T, source string, account *hosttest.Account) {
	t.Helper()
	for _, dir := range []string{account.AppRoot, account.Public} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `~/([^`]+)` \\|").FindAllStringSubmatch(readREADME(t), -1)
	if len(rows) != 4 {
		t.Fatalf("the table of uploads has %d rows", len(rows))
	}
	for _, row := range rows {
		if err := copyFile(filepath.Join(source, row[1]), filepath.Join(account.Home, row[2])); err != nil {
			t.Fatal(err)
		}
	}
}

// giveToOwner gives the account's files to its owner, as whom the commands would
// have been typed.
func giveToOwner(t *testing.T, account *hosttest.Account) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	info, err := os.Stat(account.AppRoot)
	if err != nil {
		t.Fatal(err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	err = filepath.WalkDir(account.Home, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(owner.Uid), int(owner.Gid))
	})
	if err != nil {
		t.Fatal(fmt.Errorf("give the account to its owner: %w", err))
	}
}

func secretOf(t *testing.T, account *hosttest.Account) string {
	t.Helper()
	dotenv, err := os.ReadFile(filepath.Join(account.AppRoot, ".env"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(dotenv), "JWT_SECRET_KEY=")
	secret, _, _ := strings.Cut(rest, "\n")
	return secret
}

// verifyWithPyJWT is what a service in Python does with a token.
func verifyWithPyJWT(t *testing.T, token, secret string) {
	t.Helper()
	const script = "import jwt, sys\n" +
		"print(jwt.decode(sys.argv[1], sys.argv[2], algorithms=['HS256'], audience='logging-service', issuer='identity-backend')['sub'])"
	// Debian's Python first: another one on PATH may lack Debian's packages.
	python := "/usr/bin/python3"
	if exec.Command(python, "-c", "import jwt").Run() != nil {
		python = "python3"
	}
	hosttest.Need(t, exec.Command(python, "-c", "import jwt").Run() == nil, "PyJWT: apt-get install python3-jwt")
	out, err := exec.Command(python, "-c", script, token, secret).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "careergpt-backend" {
		t.Errorf("PyJWT: %v: %s", err, out)
	}
}
