//go:build unix

package hosttest

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

const lighttpdProgram = "/usr/sbin/lighttpd"

// StartLighttpd serves the account with lighttpd, which itself starts the entry,
// with a listening socket as file descriptor 0, for all below /identity-backend.
func StartLighttpd(t testing.TB, a *Account) *Server {
	t.Helper()
	Need(t, exists(lighttpdProgram), "lighttpd: apt-get install lighttpd")
	root := temporaryFolder(t, os.TempDir())

	// It makes the socket as the user that it runs as.
	sockets := filepath.Join(root, "sockets")
	if err := os.Mkdir(sockets, 0o700); err != nil {
		t.Fatal(err)
	}
	identity := ""
	if os.Getuid() == 0 {
		server := serverUser(t)
		credential := credentialOf(t, server)
		if err := os.Chown(sockets, int(credential.Uid), int(credential.Gid)); err != nil {
			t.Fatal(err)
		}
		identity = fmt.Sprintf("server.username = %q\nserver.groupname = %q\n", server.Username, groupName(t, server))
	}

	return startServer(t, serverPlan{
		command: func(port int) []string {
			path := filepath.Join(root, "lighttpd.conf")
			config := fmt.Sprintf(lighttpdConf, filepath.Dir(a.Public), port, identity, a.Entry(), filepath.Join(sockets, "entry"))
			if err := os.WriteFile(path, []byte(config), 0o644); err != nil {
				t.Fatal(err)
			}
			return []string{lighttpdProgram, "-D", "-f", path}
		},
		log:    filepath.Join(root, "error.log"),
		ready:  "server started",
		scheme: "http",
		client: newClient(&http.Transport{}),
	})
}

// lighttpdConf is a lighttpd.conf. No server.errorlog: it is stderr then.
const lighttpdConf = `
server.document-root = %q
server.bind = "127.0.0.1"
server.port = %d
%s
server.modules = ("mod_fastcgi")
fastcgi.server = ("/identity-backend" => ((
    "bin-path" => %q,
    "socket" => %q,
    "max-procs" => 1,
    "check-local" => "disable",
)))
`
