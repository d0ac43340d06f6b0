package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// isPrivate says whether nobody on the way could read the request: it came over
// TLS, or from this machine. Apache tells of TLS in the HTTPS variable, from
// which net/http/cgi and net/http/fcgi set r.TLS.
//
// A header of the request can make the answer no, never yes: a proxy on this
// machine that says so took the request over plain http from elsewhere.
func isPrivate(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if forwarded := r.Header.Get("X-Forwarded-Proto"); forwarded != "" && !strings.EqualFold(forwarded, "https") {
		return false
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}
