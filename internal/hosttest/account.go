//go:build unix

package hosttest

import (
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// apacheUser is who a web server runs as when root starts it, on Debian.
const apacheUser = "www-data"

// An Account is a temporary folder laid out as a cPanel account, owned by
// whoever the program will run as.
type Account struct {
	// Home is the account's home.
	Home string
	// AppRoot holds the program, .env and tmp/.
	AppRoot string
	// Public is the folder in the document root: .htaccess, identity.fcgi, index.html.
	Public string

	t     testing.TB
	owner *user.User
}

// An AccountOption changes how an account is laid out.
type AccountOption func(*accountPlan)

type accountPlan struct {
	parent  string
	appRoot string
	owner   *user.User
}

// AppRootAt puts the app root elsewhere in the home than at identity-backend:
// inside the public folder, for one, where it should never be.
func AppRootAt(path string) AccountOption {
	return func(p *accountPlan) { p.appRoot = path }
}

// NewAccount lays out an account with a copy of the program at binary, and dotenv
// as its .env. Started by root, the program runs as the web server's user, as it
// does on a host without suEXEC; else as the current user. For a mode of Apache
// that may be suEXEC, see [ApacheMode.NewAccount].
func NewAccount(t testing.TB, binary, dotenv string, options ...AccountOption) *Account {
	t.Helper()
	plan := accountPlan{
		parent:  os.TempDir(),
		appRoot: "identity-backend",
		owner:   serverUser(t),
	}
	for _, option := range options {
		option(&plan)
	}

	home := temporaryFolder(t, plan.parent)
	a := &Account{
		Home:    home,
		AppRoot: filepath.Join(home, plan.appRoot),
		Public:  filepath.Join(home, "public_html", "identity-backend"),
		t:       t,
		owner:   plan.owner,
	}
	a.chown(a.Home)

	root := repositoryRoot(t)
	a.Install(filepath.Join(root, ".htaccess.example"), filepath.Join(a.Public, ".htaccess"), 0o644)
	a.Install(filepath.Join(root, "public_html/identity-backend/identity.fcgi"), a.Entry(), 0o755)
	a.Install(filepath.Join(root, "public_html/identity-backend/index.html"), filepath.Join(a.Public, "index.html"), 0o644)

	a.Install(binary, a.Binary(), 0o755)
	a.WriteDotenv(dotenv)
	a.makeFolder(filepath.Join(a.AppRoot, "tmp"))
	return a
}

// Binary is the path of the account's copy of the program.
func (a *Account) Binary() string { return filepath.Join(a.AppRoot, "identity-backend") }

// Entry is the path of the entry file.
func (a *Account) Entry() string { return filepath.Join(a.Public, "identity.fcgi") }

// WriteDotenv replaces the .env.
func (a *Account) WriteDotenv(content string) {
	a.t.Helper()
	a.WriteFile(filepath.Join(a.AppRoot, ".env"), content, 0o600)
}

// TouchRestart touches tmp/restart.txt, as a deploy does.
func (a *Account) TouchRestart() {
	a.t.Helper()
	path := filepath.Join(a.AppRoot, "tmp", "restart.txt")
	if !exists(path) {
		a.WriteFile(path, "", 0o644)
		return
	}
	now := time.Now()
	if err := os.Chtimes(path, now, now); err != nil {
		a.t.Fatal(err)
	}
}

// Install puts a copy of the file at source in the account, by rename, as a
// deploy does: a program that is running can not be written to.
func (a *Account) Install(source, path string, mode fs.FileMode) {
	a.t.Helper()
	content, err := os.ReadFile(source)
	if err != nil {
		a.t.Fatal(err)
	}
	a.WriteFile(path, string(content), mode)
}

// WriteFile writes a file in the account, with the folders above it, replacing
// by rename what is there.
func (a *Account) WriteFile(path, content string, mode fs.FileMode) {
	a.t.Helper()
	a.makeFolder(filepath.Dir(path))
	temporary := path + ".new"
	if err := writeUnshared(temporary, content, mode); err != nil {
		a.t.Fatal(err)
	}
	a.chown(temporary)
	if err := os.Rename(temporary, path); err != nil {
		a.t.Fatal(err)
	}
}

// writeUnshared writes a file while no other goroutine can fork. A child forked
// meanwhile would hold the file open for writing until its exec, and to run the
// file would fail with ETXTBSY (golang.org/issue/22315).
func writeUnshared(path, content string, mode fs.FileMode) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		return err
	}
	return os.Chmod(path, mode) // whatever the umask
}

// makeFolder makes a folder of the account, and those above it, with the mode
// that suEXEC demands: not writable for the group.
func (a *Account) makeFolder(path string) {
	a.t.Helper()
	if exists(path) {
		return
	}
	a.makeFolder(filepath.Dir(path))
	if err := os.Mkdir(path, 0o755); err != nil {
		a.t.Fatal(err)
	}
	if err := os.Chmod(path, 0o755); err != nil {
		a.t.Fatal(err)
	}
	a.chown(path)
}

func (a *Account) chown(path string) {
	a.t.Helper()
	if os.Getuid() != 0 {
		return
	}
	credential := credentialOf(a.t, a.owner)
	if err := os.Lchown(path, int(credential.Uid), int(credential.Gid)); err != nil {
		a.t.Fatal(err)
	}
}

// serverUser is who a web server runs as that this test starts.
func serverUser(t testing.TB) *user.User {
	t.Helper()
	if os.Getuid() == 0 {
		account, err := user.Lookup(apacheUser)
		Need(t, err == nil, "the user "+apacheUser+": apt-get install apache2")
		return account
	}
	account, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return account
}

func credentialOf(t testing.TB, account *user.User) *syscall.Credential {
	t.Helper()
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// temporaryFolder is [testing.T.TempDir] for more than one user: those folders
// are closed to all but the owner. Its name is short, as a socket's path may have
// no more than 107 bytes.
func temporaryFolder(t testing.TB, parent string) string {
	t.Helper()
	folder, err := os.MkdirTemp(parent, "hosttest")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

func repositoryRoot(t testing.TB) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(file), "..", "..")
	if !ok || !exists(filepath.Join(root, ".htaccess.example")) {
		t.Fatal("hosttest: no repository around its own source: was it built with -trimpath?")
	}
	return root
}
