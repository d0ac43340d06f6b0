//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aurorahours.com/identity-backend/internal/hosttest"
)

// The benchmarks print ratios of medians, measured in turn in one run, so that a
// busy or slow machine changes all of a row alike.

// BenchmarkCGIProcess is one token by a CGI process, from its start to its end,
// to an empty Go program started the same way. "bare" is net/http/cgi and the
// JWT library alone. "entry" goes through identity.fcgi, and so one sh.
func BenchmarkCGIProcess(b *testing.B) {
	account := hosttest.NewAccount(b, binary, contractDotenv)
	environment := []string{
		"GATEWAY_INTERFACE=CGI/1.1", "SERVER_PROTOCOL=HTTP/1.1", "REQUEST_METHOD=POST", "REQUEST_URI=/identity-backend/token",
		"SCRIPT_NAME=/identity-backend/identity.fcgi", "HTTP_HOST=localhost", "REMOTE_ADDR=127.0.0.1", "CONTENT_TYPE=application/json",
		fmt.Sprintf("CONTENT_LENGTH=%d", len(goodTokenBody)), "PATH=/usr/bin:/bin",
	}
	start := func(program string, more ...string) func() {
		return func() {
			command := exec.Command(program)
			command.Dir, command.Env, command.Stdin = account.Public, slices.Concat(environment, more), strings.NewReader(goodTokenBody)
			if out, err := command.Output(); err != nil || len(out) == 0 && !strings.HasSuffix(program, "empty") {
				b.Fatalf("%s: %v %s", program, err, out)
			}
		}
	}
	inTurn(b, []contender{
		{name: "empty", run: start(buildPeer(b, "empty"))},
		{name: "binary", run: start(account.Binary(), "GOMAXPROCS=1")},
		{name: "entry", run: start(account.Entry())},
		{name: "bare", run: start(buildPeer(b, "bare"))},
	})
}

// BenchmarkColdStart is the first answer of a FastCGI process, from its start, to
// the start and end of an empty Go program.
func BenchmarkColdStart(b *testing.B) {
	account := hosttest.NewAccount(b, binary, contractDotenv)
	empty := buildPeer(b, "empty")
	var process *hosttest.FastCGIProcess
	inTurn(b, []contender{
		{name: "empty", run: func() {
			if err := exec.Command(empty).Run(); err != nil {
				b.Fatal(err)
			}
		}},
		{name: "FastCGI", run: func() {
			process = account.SpawnFastCGI()
			response, err := fastCGIClient(process, nil).Post("http://localhost/identity-backend/token", jsonType, strings.NewReader(goodTokenBody))
			if err != nil || response.StatusCode != 200 {
				b.Fatal(err, response)
			}
		}, after: func() { process.Stop() }},
	})
}

// BenchmarkApache is a token through Apache, to a Go program that says OK the same
// way, and to a PHP script that signs the same token under PHP-FPM.
//
// There are two clients, and processes stay, which cPanel has mod_fcgid end after
// 500 requests. With more clients than processes, and after the end of one,
// mod_fcgid lets a request wait for a second, and that would be all that is seen.
func BenchmarkApache(b *testing.B) {
	for _, mode := range []hosttest.ApacheMode{hosttest.PreforkCGI, hosttest.EventFcgid} {
		b.Run(mode.String(), func(b *testing.B) {
			stay := hosttest.WithDirectives("<IfModule fcgid_module>", "FcgidMaxRequestsPerProcess 0", "</IfModule>")
			ok := hosttest.StartApache(b, mode, mode.NewAccount(b, buildPeer(b, "ok"), ""), stay)
			ours := hosttest.StartApache(b, mode, mode.NewAccount(b, binary, contractDotenv), stay)
			contenders := []contender{
				{name: "ok", run: twoClients(b, ok.URL+"/identity-backend/token", mode.FastCGI())},
				{name: "ours", run: twoClients(b, ours.URL+"/identity-backend/token", mode.FastCGI())},
			}
			if php := startPHP(b); php != "" {
				contenders = append(contenders, contender{name: "php-fpm", run: twoClients(b, php, mode.FastCGI())})
			}
			inTurn(b, contenders)
		})
	}
}

// BenchmarkMemory is the resident memory of a FastCGI process after 10,000
// requests, half of them tokens and half verifications.
func BenchmarkMemory(b *testing.B) {
	b.ReportMetric(memoryAfterRequests(b, 10_000), "MB")
	b.ReportMetric(0, "ns/op")
}

// TestMemory holds the bound for shared hosts, where an account has 1 GB for all.
func TestMemory(t *testing.T) {
	if used := memoryAfterRequests(t, 10_000); used > 15 {
		t.Errorf("%.1f MB resident after 10,000 requests", used)
	}
}

func memoryAfterRequests(t testing.TB, count int) float64 {
	t.Helper()
	account := hosttest.NewAccount(t, binary, contractDotenv)
	process := account.SpawnFastCGI()
	defer process.Stop()
	client := fastCGIClient(process, nil)
	token := forge(fmt.Sprintf(`{"iss":"identity-backend","sub":"a","aud":"logging-service","exp":%d}`, time.Now().Add(time.Hour).Unix()))
	for i := range count {
		path, body := "/token", goodTokenBody
		if i%2 == 1 {
			path, body = "/verify", verifyBody(token, "logging-service")
		}
		response, err := client.Post("http://localhost"+path, jsonType, strings.NewReader(body))
		if err != nil || response.StatusCode != 200 {
			t.Fatal(err, response)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	return residentMB(t, process.PID)
}

func residentMB(t testing.TB, pid int) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	var kilobytes float64
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		t.Fatal(err)
	}
	return kilobytes / 1024
}

// A contender is something to be timed.
type contender struct {
	name  string
	run   func()
	after func() // not timed; may be nil
}

// inTurn times the contenders one after the other, b.N times, and reports the
// ratio of each one's median to the first one's.
func inTurn(b *testing.B, contenders []contender) {
	b.Helper()
	times := make([][]time.Duration, len(contenders))
	for b.Loop() {
		for i, c := range contenders {
			begin := time.Now()
			c.run()
			times[i] = append(times[i], time.Since(begin))
			if c.after != nil {
				c.after()
			}
		}
	}
	median := func(i int) float64 {
		slices.Sort(times[i])
		return float64(times[i][len(times[i])/2])
	}
	first := median(0)
	b.ReportMetric(0, "ns/op") // of all together, which says nothing
	b.ReportMetric(first/float64(time.Millisecond), contenders[0].name+"-ms")
	for i, c := range contenders[1:] {
		b.ReportMetric(median(i+1)/first, c.name+"/"+contenders[0].name)
	}
}

// twoClients sends 200 requests. The clients keep their connections for FastCGI:
// a request on a new one may come before mod_fcgid has the process of the last one
// back, and wait a second for another. They do not for CGI: on a connection that
// is kept, APR pauses for 47 ms after a process whose end it was too early to see
// (apr_pools.c, free_proc_chain).
func twoClients(b *testing.B, target string, keep bool) func() {
	address, err := url.Parse(target)
	if err != nil {
		b.Fatal(err)
	}
	request := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		address.Path, address.Host, len(goodTokenBody), goodTokenBody)
	return func() {
		var clients sync.WaitGroup
		for range 2 {
			clients.Go(func() {
				if err := ask(address.Host, request, keep); err != nil {
					b.Error(target, err)
				}
			})
		}
		clients.Wait()
	}
}

// ask sends a request 100 times.
func ask(host, request string, keep bool) error {
	var conn net.Conn
	var reader *bufio.Reader
	for i := range 100 {
		if i == 0 || !keep {
			var err error
			if conn, err = net.Dial("tcp", host); err != nil {
				return err
			}
			defer conn.Close()
			reader = bufio.NewReader(conn)
		}
		if _, err := io.WriteString(conn, request); err != nil {
			return err
		}
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			return err
		}
		if response.StatusCode != 200 {
			return fmt.Errorf("status %d", response.StatusCode)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			return err
		}
	}
	return nil
}

func buildPeer(b *testing.B, name string) string {
	b.Helper()
	path := filepath.Join(filepath.Dir(binary), name)
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "./testdata/bench/"+name)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return path
}
