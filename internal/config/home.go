package config

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
)

// A Lookup finds an environment variable, as os.LookupEnv does.
type Lookup func(name string) (value string, set bool)

// FindHome finds the app root: IDENTITY_HOME; else the folder of the executable
// if it holds a .env; else workingDir if it holds one; else ~/identity-backend
// by the user database, for HOME is unset under Apache.
//
// workingDir is empty for a process that a web server started: its working
// directory is the document root, and a .env there is a stranger's.
func FindHome(environment Lookup, executable, workingDir string) (string, error) {
	if home, set := environment("IDENTITY_HOME"); set && home != "" {
		if filepath.IsAbs(home) {
			return filepath.Clean(home), nil
		}
		if workingDir == "" {
			return "", errors.New("IDENTITY_HOME is not an absolute path: a web server starts this program in the document root")
		}
		return filepath.Join(workingDir, home), nil
	}
	for _, dir := range []string{filepath.Dir(executable), workingDir} {
		if dir == "" || !filepath.IsAbs(dir) {
			continue
		}
		if _, err := os.Lstat(filepath.Join(dir, ".env")); err == nil {
			return dir, nil
		}
	}
	account, err := user.Current()
	if err == nil && !filepath.IsAbs(account.HomeDir) {
		err = errors.New("the account has no home")
	}
	if err != nil {
		return "", fmt.Errorf("no app root: set IDENTITY_HOME, or put .env beside the binary: %w", err)
	}
	return filepath.Join(account.HomeDir, "identity-backend"), nil
}
