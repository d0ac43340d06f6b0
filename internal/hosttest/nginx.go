//go:build unix

package hosttest

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

const nginxProgram = "/usr/sbin/nginx"

// nginxBacklog is that of spawn-fcgi, which people start programs for nginx with.
const nginxBacklog = 1024

// StartNginx serves the account with nginx, which starts no programs: the entry is
// started beside it and stopped after it.
func StartNginx(t testing.TB, a *Account) *Server {
	t.Helper()
	Need(t, exists(nginxProgram), "nginx: apt-get install nginx-light")
	program := spawnFastCGI(t, a.fastCGIPlan(nil), nginxBacklog)
	if err := os.Chmod(program.Socket, 0o666); err != nil {
		t.Fatal(err)
	}

	root := temporaryFolder(t, os.TempDir())
	identity := ""
	if os.Getuid() == 0 {
		server := serverUser(t)
		identity = fmt.Sprintf("user %s %s;", server.Username, groupName(t, server))
	}
	return startServer(t, serverPlan{
		command: func(port int) []string {
			path := filepath.Join(root, "nginx.conf")
			config := fmt.Sprintf(nginxConf, identity, root, port, filepath.Dir(a.Public), program.Socket)
			if err := os.WriteFile(path, []byte(config), 0o644); err != nil {
				t.Fatal(err)
			}
			return []string{nginxProgram, "-p", root, "-e", "stderr", "-c", path}
		},
		log:    filepath.Join(root, "error.log"),
		ready:  "start worker processes",
		scheme: "http",
		client: newClient(&http.Transport{}),
	})
}

// nginxConf is an nginx.conf, with the parameters of the fastcgi_params that
// comes with nginx. It passes Authorization on by itself.
const nginxConf = `
daemon off;
worker_processes 1;
error_log stderr notice;
%s
pid %s/nginx.pid;
events {}
http {
    access_log off;
    client_body_temp_path body;
    fastcgi_temp_path fastcgi;
    proxy_temp_path proxy;
    scgi_temp_path scgi;
    uwsgi_temp_path uwsgi;
    server {
        listen 127.0.0.1:%d;
        root %s;
        location /identity-backend {
            fastcgi_pass unix:%s;
            fastcgi_param QUERY_STRING      $query_string;
            fastcgi_param REQUEST_METHOD    $request_method;
            fastcgi_param CONTENT_TYPE      $content_type;
            fastcgi_param CONTENT_LENGTH    $content_length;
            fastcgi_param SCRIPT_NAME       $fastcgi_script_name;
            fastcgi_param SCRIPT_FILENAME   $document_root$fastcgi_script_name;
            fastcgi_param REQUEST_URI       $request_uri;
            fastcgi_param DOCUMENT_URI      $document_uri;
            fastcgi_param DOCUMENT_ROOT     $document_root;
            fastcgi_param SERVER_PROTOCOL   $server_protocol;
            fastcgi_param REQUEST_SCHEME    $scheme;
            fastcgi_param HTTPS             $https if_not_empty;
            fastcgi_param GATEWAY_INTERFACE CGI/1.1;
            fastcgi_param SERVER_SOFTWARE   nginx/$nginx_version;
            fastcgi_param REMOTE_ADDR       $remote_addr;
            fastcgi_param REMOTE_PORT       $remote_port;
            fastcgi_param SERVER_ADDR       $server_addr;
            fastcgi_param SERVER_PORT       $server_port;
            fastcgi_param SERVER_NAME       $server_name;
        }
    }
}
`
