//go:build unix

package hosttest

import (
	"bytes"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"testing"
	"text/template"
)

// An apacheConfig is an httpd.conf.
type apacheConfig struct {
	Root         string
	Port         int
	Modules      []string
	DocumentRoot string
	User, Group  string // empty unless started by root
	SuexecUser   string // empty without suEXEC
	SuexecGroup  string
	TLS          bool
	Directives   []string

	without []string
}

func newApacheConfig(t testing.TB, mode ApacheMode, a *Account, root string) *apacheConfig {
	t.Helper()
	c := &apacheConfig{
		Root:         root,
		DocumentRoot: filepath.Dir(a.Public),
		Modules: []string{
			apacheModes[mode].mpm, apacheModes[mode].gateway,
			"alias", "authz_core", "autoindex", "dir", "env", "headers",
			"mime", "negotiation", "reqtimeout", "rewrite", "setenvif",
		},
	}
	if os.Getuid() == 0 {
		server := serverUser(t)
		c.User, c.Group = server.Username, groupName(t, server)
		// mod_fcgid makes its sockets as the web server's user.
		c.makeFolder(t, "fcgid", credentialOf(t, server).Uid)
	} else {
		c.makeFolder(t, "fcgid", uint32(os.Getuid()))
	}
	if mode.Suexec() {
		if a.owner.Username == c.User {
			t.Fatalf("%v: the account does not belong to the user of suEXEC: make it with ApacheMode.NewAccount", mode)
		}
		c.Modules = append(c.Modules, "suexec")
		c.SuexecUser, c.SuexecGroup = a.owner.Username, groupName(t, a.owner)
	}
	return c
}

func (c *apacheConfig) makeFolder(t testing.TB, name string, owner uint32) {
	t.Helper()
	path := filepath.Join(c.Root, name)
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, int(owner), -1); err != nil {
		t.Fatal(err)
	}
}

// ErrorLog is the path of the error log.
func (c *apacheConfig) ErrorLog() string { return filepath.Join(c.Root, "error.log") }

// CGIDaemonSocket is the path of the socket of mod_cgid's daemon, to which Apache
// appends a process id.
func (c *apacheConfig) CGIDaemonSocket() string { return filepath.Join(c.Root, "cgid.sock") }

// ModulePath is the path of a module's file.
func (c *apacheConfig) ModulePath(name string) string { return modulePath(name) }

func (c *apacheConfig) render(t testing.TB) []byte {
	t.Helper()
	c.Modules = slices.DeleteFunc(c.Modules, func(name string) bool {
		return slices.Contains(c.without, name)
	})
	var out bytes.Buffer
	if err := httpdConf.Execute(&out, c); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func groupName(t testing.TB, account *user.User) string {
	t.Helper()
	group, err := user.LookupGroupId(account.Gid)
	if err != nil {
		t.Fatal(err)
	}
	return group.Name
}

// httpdConf is what cPanel writes, as far as it can matter here (ea4_main.default
// and fcgid.conf of EasyApache 4), with two differences that make it harder for
// .htaccess: symbolic links are not followed, and Indexes and MultiViews are on.
// There are no types but three, so that what .htaccess adds is seen.
var httpdConf = template.Must(template.New("httpd.conf").Parse(`
ServerRoot "{{.Root}}"
DefaultRuntimeDir "{{.Root}}"
PidFile "{{.Root}}/httpd.pid"
ErrorLog "{{.ErrorLog}}"
LogLevel notice
Listen 127.0.0.1:{{.Port}}
ServerName localhost
UseCanonicalName Off
ServerTokens Prod
ServerSignature Off
TraceEnable Off

{{range .Modules}}LoadModule {{.}}_module "{{$.ModulePath .}}"
{{end}}
{{if .User}}User {{.User}}
Group {{.Group}}
{{end}}
{{if .SuexecUser}}SuexecUserGroup {{.SuexecUser}} {{.SuexecGroup}}
{{end}}
DocumentRoot "{{.DocumentRoot}}"
<Directory "/">
    AllowOverride All
    Options ExecCGI Indexes MultiViews
</Directory>
<Files ".ht*">
    Require all denied
</Files>
<IfModule dir_module>
    DirectoryIndex index.php index.cgi index.html
</IfModule>
<IfModule mime_module>
    TypesConfig /dev/null
    AddType text/html .html
    AddType text/css .css
    AddType image/png .png
    AddHandler cgi-script .cgi .pl .plx .ppl .perl
</IfModule>
<IfModule reqtimeout_module>
    RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500
</IfModule>
<IfModule mpm_prefork_module>
    StartServers 2
    MinSpareServers 2
</IfModule>
<IfModule mpm_event_module>
    StartServers 1
</IfModule>
<IfModule cgid_module>
    ScriptSock "{{.CGIDaemonSocket}}"
</IfModule>
<IfModule fcgid_module>
    FcgidIPCDir "{{.Root}}/fcgid"
    FcgidProcessTableFile "{{.Root}}/fcgid_shm"
    FcgidMaxRequestLen 1073741824
    FcgidMaxRequestsPerProcess 500
</IfModule>
{{if .TLS}}SSLEngine on
SSLCertificateFile "{{.Root}}/certificate.pem"
SSLCertificateKeyFile "{{.Root}}/key.pem"
{{end}}
{{range .Directives}}{{.}}
{{end}}`))
