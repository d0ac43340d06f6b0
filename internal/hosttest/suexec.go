//go:build unix

package hosttest

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

// suexecConfig is read by the suexec of apache2-suexec-custom. Its first line is
// the folder that programs have to be in.
const suexecConfig = "/etc/apache2/suexec/" + apacheUser

// suexecUser is the user that programs run as under suEXEC, from
// IDENTITY_TEST_USER: a system user with a home, since suEXEC accepts no other.
// A test makes no users: it skips, with the commands that do.
func suexecUser(t testing.TB) *user.User {
	t.Helper()
	Need(t, os.Getuid() == 0, "root, for suEXEC: run the tests with sudo")
	Need(t, exists("/usr/lib/apache2/suexec") && exists(suexecConfig),
		"suEXEC: apt-get install apache2-suexec-custom")

	name := os.Getenv("IDENTITY_TEST_USER")
	Need(t, name != "", "a user for suEXEC: useradd --create-home identity-test && export IDENTITY_TEST_USER=identity-test")
	account, err := user.Lookup(name)
	Need(t, err == nil, fmt.Sprintf("the user of IDENTITY_TEST_USER: useradd --create-home %s", name))

	info, err := os.Stat(account.HomeDir)
	Need(t, err == nil && info.Mode().Perm()&0o001 != 0,
		fmt.Sprintf("a home that the web server can reach into: chmod 711 %s", account.HomeDir))

	parent := filepath.Dir(account.HomeDir)
	Need(t, strings.HasPrefix(account.HomeDir, suexecRoot(t)+"/"),
		fmt.Sprintf("homes in the document root of suEXEC: sed -i '1s,.*,%s,' %s", parent, suexecConfig))
	return account
}

func suexecRoot(t testing.TB) string {
	t.Helper()
	content, err := os.ReadFile(suexecConfig)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(content), "\n")
	return strings.TrimSuffix(first, "/")
}

// ownedBySuexecUser puts an account into the home of the user of suEXEC, which
// demands that the program and its folder belong to that user, lie in its
// document root, and can be written by nobody else (suexec.c, HTTPD 2.4).
func ownedBySuexecUser(t testing.TB) AccountOption {
	t.Helper()
	owner := suexecUser(t)
	return func(p *accountPlan) {
		p.parent = owner.HomeDir
		p.owner = owner
	}
}
