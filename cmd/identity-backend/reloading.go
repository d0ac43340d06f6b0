package main

import (
	"log"
	"net/http"
	"os"
	"sync"

	"aurorahours.com/identity-backend/internal/config"
	"aurorahours.com/identity-backend/internal/gateway"
)

// reloading is the handler of a process that answers many requests. It reads
// the configuration again before the first request that comes after
// tmp/restart.txt changed. A configuration that cannot be used then does not
// take the place of one that can.
type reloading struct {
	executable string
	log        *log.Logger

	mu      sync.Mutex
	home    string
	restart *gateway.RestartFile
	usable  bool
	handler http.Handler
}

func newReloading(executable string, logger *log.Logger) *reloading {
	h := &reloading{executable: executable, log: logger}
	h.home, _ = h.findHome()
	h.reload()
	return h
}

func (h *reloading) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.current().ServeHTTP(w, r)
}

func (h *reloading) current() http.Handler {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.restart.Changed() || h.moved() {
		h.reload()
	}
	return h.handler
}

// moved says whether the app root is another now, as when a .env appeared beside
// the binary. It is asked only of an unusable configuration.
func (h *reloading) moved() bool {
	if h.usable {
		return false
	}
	home, err := h.findHome()
	if err != nil || home == h.home {
		return false
	}
	h.home = home
	return true
}

func (h *reloading) findHome() (string, error) {
	return config.FindHome(os.LookupEnv, h.executable, "")
}

// reload watches the file from before it reads, so that a change in between is
// seen at the next request.
func (h *reloading) reload() {
	h.restart = gateway.WatchRestartFile(h.home)
	handler, c := load(h.executable, h.log)
	switch {
	case c != nil:
		h.handler, h.usable = handler, true
		warn(c, h.log)
	case h.usable:
		h.log.Print("the configuration before these faults goes on")
	default:
		h.handler = handler
	}
}
