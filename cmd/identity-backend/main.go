// Identity-backend issues and verifies JSON Web Tokens for the services of one
// hosting account.
//
// The package chooses and wires. How the process was started is found before
// any argument is read (package gateway); then it answers a web server, or runs
// one command of the table in commands.go.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"aurorahours.com/identity-backend/internal/config"
	"aurorahours.com/identity-backend/internal/gateway"
)

func main() {
	// Asked once, for later the file of this process may bear another name.
	executable, err := os.Executable()
	if err != nil {
		executable = ""
	}
	switch mode := gateway.Detect(os.Environ(), gateway.StdinListens()); mode {
	case gateway.CommandLine:
		os.Exit(runCommandLine(executable))
	case gateway.CGI:
		os.Exit(runCGI(executable))
	case gateway.FastCGI:
		os.Exit(runFastCGI(executable))
	default:
		newLog(0).Printf("started by %v, which this version does not speak: "+
			"remove the Python application from .htaccess and put the lines of .htaccess.example there", mode)
		os.Exit(1)
	}
}

// newLog writes to standard error, which is the web server's error log.
func newLog(flags int) *log.Logger { return log.New(os.Stderr, "identity-backend: ", flags) }

// untilSignal ends with ctx, or the first SIGTERM or interrupt. Later ones change
// nothing: mod_fcgid sends two.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
}

func runCGI(executable string) int {
	logger := newLog(0)
	handler, c := load(executable, logger)
	err := gateway.ServeCGI(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A CGI process starts for every request, so that the warnings that
		// others print at their start come with each token here.
		if c != nil && strings.HasSuffix(strings.TrimSuffix(r.URL.Path, "/"), "/token") {
			warn(c, logger)
		}
		handler.ServeHTTP(w, r)
	}))
	if err != nil {
		logger.Printf("answer a CGI request: %v", err)
		return 1
	}
	return 0
}

func runFastCGI(executable string) int {
	// Lines of a FastCGI process reach the error log as they are, without the
	// time that Apache puts before those of a CGI program.
	logger := newLog(log.LstdFlags | log.LUTC | log.Lmsgprefix)
	ctx, stop := untilSignal(context.Background())
	defer stop()
	if err := gateway.ServeFastCGI(ctx, newReloading(executable, logger)); err != nil {
		logger.Print(err)
		return 1
	}
	return 0
}

// load makes the handler of the app root that a web server's process finds. It
// cannot fail, for a process that ends at once is started again and again; an
// unusable configuration answers 503, and its Config is nil.
func load(executable string, logger *log.Logger) (http.Handler, *config.Config) {
	home, err := config.FindHome(os.LookupEnv, executable, "")
	if err != nil {
		logger.Print(err)
		return unusable(), nil
	}
	c, err := config.Load(home, os.LookupEnv)
	if err == nil {
		var handler http.Handler
		if handler, err = newHandler(c, logger, time.Now); err == nil {
			return handler, c
		}
	}
	for _, line := range strings.Split(err.Error(), "\n") {
		logger.Print(line)
	}
	return unusable(), nil
}
