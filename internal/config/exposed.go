package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// exposed is the fault of an app root that Apache serves: inside a document
// root, with no .htaccess between it and there. The mode of .env does not help
// where Apache runs as the owner of the account.
//
// A document root is what the web server calls so, or a folder named public_html.
// Its own .htaccess counts only beside the entry, for it may be any other site's.
func exposed(home string, environment func(string) (string, bool)) *Fault {
	home = resolved(home)
	root, found := documentRoot(home, environment)
	if !found {
		return nil
	}
	for folder := home; ; folder = filepath.Dir(folder) {
		guarded := isThere(folder, ".htaccess")
		if guarded && (folder != root || isThere(folder, "identity.fcgi")) {
			return nil
		}
		if folder == root {
			return &Fault{home, fmt.Sprintf("lies in the document root %s, so that .env can be fetched", root),
				`move it out of there, or run in it: echo "Require all denied" > .htaccess`}
		}
	}
}

// documentRoot is the document root that folder lies in.
func documentRoot(folder string, environment func(string) (string, bool)) (string, bool) {
	if told, _ := environment("DOCUMENT_ROOT"); told != "" {
		root := resolved(told)
		if folder == root || strings.HasPrefix(folder, root+string(filepath.Separator)) {
			return root, true
		}
	}
	for root := folder; ; root = filepath.Dir(root) {
		if filepath.Base(root) == "public_html" {
			return root, true
		}
		if root == filepath.Dir(root) {
			return "", false
		}
	}
}

// resolved is an absolute path without symbolic links, or path itself where that
// cannot be found out.
func resolved(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(absolute); err == nil {
		return real
	}
	return absolute
}

func isThere(folder, name string) bool {
	_, err := os.Stat(filepath.Join(folder, name))
	return err == nil
}
