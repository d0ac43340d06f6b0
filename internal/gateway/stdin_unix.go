//go:build unix

package gateway

import "syscall"

// StdinListens says whether standard input is a listening socket, which is how a
// web server starts a FastCGI program (FastCGI 1.0 section 2.2).
func StdinListens() bool {
	accepting, err := syscall.GetsockoptInt(0, syscall.SOL_SOCKET, syscall.SO_ACCEPTCONN)
	return err == nil && accepting != 0
}
