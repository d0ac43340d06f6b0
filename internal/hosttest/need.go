//go:build unix

// Package hosttest starts real web servers, laid out as a cPanel account, for
// the tests of everything that has to run behind one.
//
// An [Account] is a temporary home with the app root and the public folder in
// it. [StartApache], [StartLighttpd] and [StartNginx] serve it. Without a web
// server, [SpawnFastCGI] starts a program as mod_fcgid does, and [FastCGI]
// speaks to it.
//
// Everything listens on the loopback or in a temporary folder, and is stopped
// and removed at the end of the test.
package hosttest

import (
	"os"
	"testing"
)

// Need skips the test unless have is true. The remedy says what is missing and
// how to get it: "apache2: apt-get install apache2".
//
// With IDENTITY_TEST_NO_SKIP=1, as in continuous integration, it fails instead:
// a test that is skipped there proves nothing and nobody notices.
func Need(t testing.TB, have bool, remedy string) {
	t.Helper()
	switch {
	case have:
	case os.Getenv("IDENTITY_TEST_NO_SKIP") == "1":
		t.Fatal("needs " + remedy)
	default:
		t.Skip("needs " + remedy)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
