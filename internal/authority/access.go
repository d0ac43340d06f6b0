package authority

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Access is who gets a token. The zero value lets nobody in.
type Access struct {
	// Open lets everyone in.
	Open bool
	// OpenWithoutClients, when set, is the folder of client files: everyone is
	// let in while it is missing or holds none.
	OpenWithoutClients string
}

// IsOpen says whether anyone who can reach the service gets a token now. A
// folder that cannot be read may hold clients, so it is not open.
func (a Access) IsOpen() bool {
	if a.Open {
		return true
	}
	return a.OpenWithoutClients != "" && !mayHoldClients(a.OpenWithoutClients)
}

func mayHoldClients(dir string) bool {
	// A link that leads nowhere is not a missing folder.
	if _, err := os.Lstat(dir); err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	folder, err := os.Open(dir)
	if err != nil {
		return true
	}
	defer folder.Close()
	for {
		// A few at a time: the first client decides.
		names, err := folder.Readdirnames(16)
		for _, name := range names {
			if strings.EqualFold(filepath.Ext(name), ".json") { // Windows may have named it
				return true
			}
		}
		if err != nil {
			return err != io.EOF
		}
	}
}

// allow lets the caller in or says invalid_client (RFC 6749 section 5.2).
func (a Access) allow() error {
	if a.IsOpen() {
		return nil
	}
	return Refuse(InvalidClient, "only registered clients get a token, and the request names none")
}
