//go:build linux

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"aurorahours.com/identity-backend/internal/hosttest"
)

// startPHP serves testdata/bench/token.php by PHP-FPM behind Apache, as cPanel
// sets it up, with eight workers. It returns the
// URL of the script, or nothing where PHP-FPM is not installed.
func startPHP(b *testing.B) string {
	b.Helper()
	programs, _ := filepath.Glob("/usr/sbin/php-fpm*")
	if len(programs) == 0 {
		b.Log("without PHP-FPM: apt-get install php-fpm")
		return ""
	}
	account := hosttest.NewAccount(b, binary, contractDotenv)
	script, err := os.ReadFile("testdata/bench/token.php")
	if err != nil {
		b.Fatal(err)
	}
	folder := filepath.Dir(account.Public)
	account.WriteFile(filepath.Join(folder, "token.php"), string(script), 0o644)

	socket := filepath.Join(folder, "php.sock")
	config := filepath.Join(b.TempDir(), "php-fpm.conf")
	pool := fmt.Sprintf("[global]\nerror_log = /proc/self/fd/2\ndaemonize = no\n[www]\nlisten = %s\nlisten.mode = 0666\n"+
		"pm = static\npm.max_children = 8\nrequest_terminate_timeout = 10s\n", socket)
	arguments := []string{"--nodaemonize", "--fpm-config", config}
	if os.Getuid() == 0 {
		pool += "user = www-data\ngroup = www-data\n"
	}
	writeFile(b, config, pool)
	command := exec.Command(programs[0], arguments...)
	output, err := command.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
	})
	for lines := bufio.NewScanner(output); ; {
		if !lines.Scan() {
			b.Fatal("PHP-FPM did not start")
		}
		if strings.Contains(lines.Text(), "ready to handle connections") {
			break
		}
	}
	server := hosttest.StartApache(b, hosttest.EventFcgid, account, hosttest.WithModules("proxy", "proxy_fcgi"), hosttest.WithDirectives(
		`<Files "token.php">`, fmt.Sprintf(`SetHandler "proxy:unix:%s|fcgi://localhost/"`, socket), `</Files>`))
	return server.URL + "/token.php"
}
