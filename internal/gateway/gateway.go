// Package gateway finds out how a request reaches this process, and takes it
// from there: from a web server as CGI or FastCGI, or over HTTP.
//
// The same binary is a command line program, and the mode is found before any
// argument is read: under CGI Apache turns the query string ?client+add into
// arguments (RFC 3875 section 4.4), so that reading those first would hand the
// command line to a stranger.
//
// Under CGI a process answers one request and ends. Under FastCGI it answers one
// after another until the web server sends SIGTERM. mod_fcgid counts on a
// process to stay: each one that leaves on its own costs a request a second or
// more, so that nothing but SIGTERM ends the loop.
package gateway

import "strings"

// A Mode is how this process was started.
type Mode int

// The modes, in the order in which Detect looks for them.
const (
	Passenger   Mode = iota + 1 // by Phusion Passenger
	LiteSpeed                   // by LiteSpeed's LSAPI
	FastCGI                     // with a listening socket as standard input
	CGI                         // for one request
	CommandLine                 // by a person or a script
)

func (m Mode) String() string {
	switch m {
	case Passenger:
		return "Passenger"
	case LiteSpeed:
		return "LiteSpeed LSAPI"
	case FastCGI:
		return "FastCGI"
	case CGI:
		return "CGI"
	}
	return "the command line"
}

// Detect finds the mode from the environment, given as os.Environ gives it, and
// from what standard input is.
//
// SO_ACCEPTCONN tells a listening socket from the connected one that mod_cgid
// gives a CGI program. LSAPI hands over a listening socket too, for another
// protocol.
func Detect(environment []string, stdinListens bool) Mode {
	set := func(name string) bool {
		for _, variable := range environment {
			if value, found := strings.CutPrefix(variable, name+"="); found && value != "" {
				return true
			}
		}
		return false
	}
	switch {
	case set("PASSENGER_SPAWN_WORK_DIR"):
		return Passenger
	case stdinListens && hasPrefix(environment, "LSAPI_"):
		return LiteSpeed
	case stdinListens:
		return FastCGI
	case set("GATEWAY_INTERFACE"):
		return CGI
	}
	return CommandLine
}

func hasPrefix(environment []string, prefix string) bool {
	for _, variable := range environment {
		if strings.HasPrefix(variable, prefix) {
			return true
		}
	}
	return false
}
