//go:build unix

package hosttest

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const (
	apacheProgram = "/usr/sbin/apache2"
	apacheModules = "/usr/lib/apache2/modules"
)

// An ApacheMode is a way in which hosts set up Apache to run programs.
type ApacheMode int

const (
	// PreforkCGI is the default of cPanel.
	PreforkCGI ApacheMode = iota
	// EventCGId runs programs through mod_cgid, which hands them a connected socket as stdin.
	EventCGId
	// PreforkFcgid keeps programs running with mod_fcgid.
	PreforkFcgid
	// EventFcgid does so in a server with threads.
	EventFcgid
	// SuexecFcgid runs them as the account's user.
	SuexecFcgid
	// SuexecCGI runs one for each request, as the account's user.
	SuexecCGI
)

// ApacheModes are all of them.
var ApacheModes = []ApacheMode{PreforkCGI, EventCGId, PreforkFcgid, EventFcgid, SuexecFcgid, SuexecCGI}

var apacheModes = [...]struct {
	name    string
	mpm     string
	gateway string
	suexec  bool
}{
	PreforkCGI:   {"PreforkCGI", "mpm_prefork", "cgi", false},
	EventCGId:    {"EventCGId", "mpm_event", "cgid", false},
	PreforkFcgid: {"PreforkFcgid", "mpm_prefork", "fcgid", false},
	EventFcgid:   {"EventFcgid", "mpm_event", "fcgid", false},
	SuexecFcgid:  {"SuexecFcgid", "mpm_prefork", "fcgid", true},
	SuexecCGI:    {"SuexecCGI", "mpm_prefork", "cgi", true},
}

func (m ApacheMode) String() string { return apacheModes[m].name }

// FastCGI tells whether programs stay between requests.
func (m ApacheMode) FastCGI() bool { return apacheModes[m].gateway == "fcgid" }

// Suexec tells whether programs run as the account's user.
func (m ApacheMode) Suexec() bool { return apacheModes[m].suexec }

// Need skips the test where this machine can not run Apache in this mode.
func (m ApacheMode) Need(t testing.TB) {
	t.Helper()
	Need(t, exists(apacheProgram), "Apache: apt-get install apache2")
	if m.FastCGI() {
		Need(t, exists(modulePath("fcgid")), "mod_fcgid: apt-get install libapache2-mod-fcgid")
	}
	if m.Suexec() {
		suexecUser(t)
	}
}

// NewAccount lays out an account where programs run in this mode may lie, owned
// by whom they run as.
func (m ApacheMode) NewAccount(t testing.TB, binary, dotenv string, options ...AccountOption) *Account {
	t.Helper()
	m.Need(t)
	if m.Suexec() {
		options = append(options, ownedBySuexecUser(t))
	}
	return NewAccount(t, binary, dotenv, options...)
}

// An ApacheOption changes the configuration of Apache.
type ApacheOption func(*apacheConfig)

// WithTLS makes the server speak https with a throw-away certificate, which
// [Server.Client] trusts.
func WithTLS() ApacheOption {
	return func(c *apacheConfig) {
		c.TLS = true
		c.Modules = append(c.Modules, "ssl")
	}
}

// WithDirectives appends lines to httpd.conf.
func WithDirectives(lines ...string) ApacheOption {
	return func(c *apacheConfig) { c.Directives = append(c.Directives, lines...) }
}

// WithModules loads more modules: "proxy", "proxy_fcgi".
func WithModules(names ...string) ApacheOption {
	return func(c *apacheConfig) { c.Modules = append(c.Modules, names...) }
}

// WithoutModules leaves modules out, as a host may.
func WithoutModules(names ...string) ApacheOption {
	return func(c *apacheConfig) { c.without = append(c.without, names...) }
}

// StartApache serves the account with Apache, and stops it at the end of the test.
func StartApache(t testing.TB, mode ApacheMode, a *Account, options ...ApacheOption) *Server {
	t.Helper()
	mode.Need(t)
	root := temporaryFolder(t, os.TempDir())
	config := newApacheConfig(t, mode, a, root)
	for _, option := range options {
		option(config)
	}

	scheme, transport := "http", &http.Transport{}
	if config.TLS {
		scheme = "https"
		transport.TLSClientConfig = writeCertificate(t, root)
	}
	server := startServer(t, serverPlan{
		command: func(port int) []string {
			config.Port = port
			path := filepath.Join(root, "httpd.conf")
			if err := os.WriteFile(path, config.render(t), 0o644); err != nil {
				t.Fatal(err)
			}
			return []string{apacheProgram, "-f", path, "-D", "FOREGROUND"}
		},
		log:    config.ErrorLog(),
		ready:  "resuming normal operations",
		scheme: scheme,
		client: newClient(transport),
	})
	if apacheModes[mode].gateway == "cgid" {
		awaitCGIDaemon(t, config)
	}
	return server
}

// awaitCGIDaemon waits until the daemon of mod_cgid listens: Apache says that it
// is ready before, and a request may get 503. (It is refused between the daemon's
// bind and listen. mod_cgid would try again, but asks by kill(2) whether the
// daemon lives, which fails while that is still root.) The daemon gives the socket
// to the web server's user after listen.
func awaitCGIDaemon(t testing.TB, config *apacheConfig) {
	t.Helper()
	owner, err := strconv.Atoi(serverUser(t).Uid)
	if err != nil {
		t.Fatal(err)
	}
	listens := func() bool {
		sockets, _ := filepath.Glob(config.CGIDaemonSocket() + ".*") // the process id
		if len(sockets) == 0 {
			return false
		}
		info, err := os.Stat(sockets[0])
		return err == nil && info.Sys().(*syscall.Stat_t).Uid == uint32(owner)
	}
	if !waitUntil(listens) {
		t.Fatal("the daemon of mod_cgid does not listen")
	}
}

// Graceful restarts Apache gracefully, and waits until it serves again.
func (s *Server) Graceful() {
	t := s.process.t
	t.Helper()
	before := strings.Count(s.ErrorLog(), s.ready)
	s.Signal(syscall.SIGUSR1)
	if err := s.process.awaitOutput(s.ready, before); err != nil {
		t.Fatal(err)
	}
}

func modulePath(name string) string {
	return filepath.Join(apacheModules, "mod_"+name+".so")
}
