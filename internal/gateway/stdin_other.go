//go:build !unix

package gateway

// StdinListens is false: no web server starts FastCGI programs so here.
func StdinListens() bool { return false }
