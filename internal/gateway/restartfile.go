package gateway

import (
	"io/fs"
	"os"
	"path/filepath"
)

// A RestartFile is tmp/restart.txt of an app root, which a deploy touches. As
// with Passenger, that it changed or appeared counts, and that it went does not.
type RestartFile struct {
	path string
	seen fs.FileInfo // nil: never
}

// WatchRestartFile remembers how the file is now.
func WatchRestartFile(home string) *RestartFile {
	f := &RestartFile{path: filepath.Join(home, "tmp", "restart.txt")}
	f.Changed()
	return f
}

// Changed says whether the file changed since the last call.
func (f *RestartFile) Changed() bool {
	info, err := os.Stat(f.path)
	if err != nil {
		return false
	}
	before := f.seen
	f.seen = info
	return before == nil || !os.SameFile(before, info) ||
		!before.ModTime().Equal(info.ModTime()) || before.Size() != info.Size()
}
