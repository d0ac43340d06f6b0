// Package web speaks HTTP: it finds the endpoint, reads the request once into a
// typed value, asks the authority, and writes the answer. Nothing is decided
// here but the form of things.
//
// An endpoint returns its answer or an error; only the adapter in answer.go
// writes. There is no redirect anywhere, for PowerShell and .NET turn a
// redirected POST into a GET without a body, and no multiplexer that makes one.
package web

import (
	"log"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"aurorahours.com/identity-backend/internal/authority"
)

// A Service is what Handler serves.
type Service struct {
	Authority    *authority.Authority
	BasePath     string // the path under which the service is reached, without a slash at its end
	RequireHTTPS bool   // refuse plain http from anywhere but the loopback
	Log          *log.Logger
}

// An endpoint answers one path.
type endpoint struct {
	methods []string // in the order of the Allow header
	answer  func(*http.Request) (*answer, error)
	refuse  func(*authority.Error) *answer // how it says no; nil: as every endpoint does
}

// Handler is the service as an http.Handler. Every answer is complete, with its
// length, and a panic is an answer too.
func (s *Service) Handler() http.Handler {
	endpoints := map[string]endpoint{
		"/ping":   {methods: []string{http.MethodGet, http.MethodHead}, answer: ping},
		"/token":  {methods: []string{http.MethodPost}, answer: s.token, refuse: refuseToken},
		"/verify": {methods: []string{http.MethodPost}, answer: s.verify, refuse: refuseVerify},
	}
	return recovered(s.Log, func(w http.ResponseWriter, r *http.Request) {
		e := endpoints[s.path(r)]
		result, err := s.serve(e, r)
		if err != nil {
			result = s.refusal(e, r, err)
		}
		result.write(w, r)
	})
}

func (s *Service) serve(e endpoint, r *http.Request) (*answer, error) {
	if s.RequireHTTPS && !isPrivate(r) {
		return nil, authority.Refuse(httpsRequired, "use https: the request came over plain http")
	}
	if e.answer == nil {
		return nil, authority.Refuse(notFound, "there is no such endpoint: see GET /ping, POST /token and POST /verify")
	}
	if !slices.Contains(e.methods, r.Method) {
		return nil, authority.Refuse(methodNotAllowed, "this endpoint takes "+strings.Join(e.methods, " and ")+" only")
	}
	return e.answer(r)
}

// refusal turns an error into the answer that the caller sees. What is not an
// authority.Error is nobody's business but the log's.
func (s *Service) refusal(e endpoint, r *http.Request, err error) *answer {
	told := asError(err)
	if told.Code == authority.ServerError || told.Cause != nil {
		// %q: what a caller sent can neither end the line nor begin another.
		s.Log.Printf("%s %q from %s: %q", r.Method, s.path(r), r.RemoteAddr, err.Error())
	}
	refuse := e.refuse
	if refuse == nil {
		refuse = refuseAny
	}
	result := refuse(told)
	if told.Code == methodNotAllowed {
		result.header("Allow", strings.Join(e.methods, ", "))
	}
	return result
}

// path is the endpoint's path: without the base path, and without the slash at
// the end that some clients add.
func (s *Service) path(r *http.Request) string {
	path := r.URL.Path
	if rest, found := strings.CutPrefix(path, s.BasePath); found && (rest == "" || rest[0] == '/') {
		path = rest
	}
	return strings.TrimSuffix(path, "/")
}

func ping(*http.Request) (*answer, error) {
	return &answer{status: http.StatusOK, contentType: "text/plain; charset=utf-8", body: []byte("OK")}, nil
}

// Misconfigured answers every request while the configuration cannot be used.
// The faults are in the log, for they may tell a stranger what to try.
func Misconfigured() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuseAt(r, authority.Refuse(misconfigured,
			"the service is not configured: its owner finds the faults in the error log, or by running identity-backend check")).write(w, r)
	})
}

// refuseAt says no where no endpoint was found yet. Whatever ends in /verify says
// valid: false, under any base path.
func refuseAt(r *http.Request, told *authority.Error) *answer {
	if strings.HasSuffix(strings.TrimSuffix(r.URL.Path, "/"), "/verify") {
		return refuseVerify(told)
	}
	return refuseAny(told)
}

// recovered answers a panic with 500, and keeps the process alive: neither
// net/http/cgi nor net/http/fcgi recovers. Nothing has been written by then, for
// an answer is complete before its first byte is.
func recovered(log *log.Logger, next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if fault := recover(); fault != nil {
				log.Printf("panic: %v\n%s", fault, debug.Stack())
				refuseAt(r, authority.Refuse(authority.ServerError, internalError)).write(w, r)
			}
		}()
		next(w, r)
	})
}
