package main

import (
	"log"
	"net/http"
	"time"

	"aurorahours.com/identity-backend/internal/authority"
	"aurorahours.com/identity-backend/internal/config"
	"aurorahours.com/identity-backend/internal/keyring"
	"aurorahours.com/identity-backend/internal/web"
)

// newAuthority wires the part that decides.
func newAuthority(c *config.Config, now func() time.Time) (*authority.Authority, error) {
	var previous [][]byte
	if c.PreviousSecret.IsSet() {
		previous = append(previous, c.PreviousSecret.Bytes())
	}
	keys, err := keyring.New(c.Secret.Bytes(), previous...)
	if err != nil {
		return nil, err
	}
	return &authority.Authority{
		Keys:     keys,
		Issuer:   c.Issuer,
		Lifetime: c.Expiration,
		Leeway:   c.Leeway,
		Access:   access(c),
		Now:      now,
	}, nil
}

// newHandler wires the whole service. Every way to serve goes through here, and
// so do the tests.
func newHandler(c *config.Config, logger *log.Logger, now func() time.Time) (http.Handler, error) {
	decides, err := newAuthority(c, now)
	if err != nil {
		return nil, err
	}
	service := &web.Service{
		Authority:    decides,
		BasePath:     c.BasePath,
		RequireHTTPS: c.RequireHTTPS,
		Log:          logger,
	}
	return service.Handler(), nil
}

func unusable() http.Handler { return web.Misconfigured() }

// access turns TOKEN_ACCESS into who gets a token. A value that this does not
// know lets nobody in.
func access(c *config.Config) authority.Access {
	switch c.TokenAccess {
	case config.AccessOpen:
		return authority.Access{Open: true}
	case "":
		return authority.Access{OpenWithoutClients: c.ClientsDir()}
	}
	return authority.Access{}
}

const openWarning = "warning: TOKEN_ACCESS is not set and no client is registered: anyone who can reach /token gets any token; " +
	"set TOKEN_ACCESS=clients, or TOKEN_ACCESS=open to keep it so without this line"

// warnIfOpen warns the owner who has not decided. One who sets TOKEN_ACCESS=open
// has.
func warnIfOpen(c *config.Config, logger *log.Logger) {
	if c.TokenAccess == "" && access(c).IsOpen() {
		logger.Print(openWarning)
	}
}

// warn prints what is usable, but unwise. It is for the start of a process that
// answers many requests.
func warn(c *config.Config, logger *log.Logger) {
	for _, w := range c.Warnings {
		logger.Printf("warning: %v", w)
	}
	warnIfOpen(c, logger)
}
