package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"aurorahours.com/identity-backend/internal/config"
	"aurorahours.com/identity-backend/internal/keyring"
)

// check shows the configuration with all its faults, and tries it.
func check(_ context.Context, i *invocation) error {
	set, home := i.flags("check")
	if err := i.parse(set, 0); err != nil {
		return err
	}
	c, err := i.load(*home)
	if c == nil {
		return err
	}
	fmt.Fprintf(i.stdout, "app root %s\n\n", c.Home)
	printSettings(i.stdout, c)
	warn(c, i.logger())
	if err != nil {
		return err
	}
	decides, err := newAuthority(c, time.Now)
	if err != nil {
		return err
	}
	if err := tryKeys(decides.Keys, c); err != nil {
		return err
	}
	fmt.Fprintln(i.stdout, "\nok: a token was signed and verified")
	return nil
}

// printSettings prints every setting with where it comes from. A secret shows
// as its fingerprint, which another service can compare with its own.
func printSettings(w io.Writer, c *config.Config) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, v := range c.Values {
		text := v.Text
		switch {
		case v.Source == "unset" || v.Refused:
			text = "-"
		case v.Setting.Secret && !v.Secret.IsSet():
			text = "(empty)"
		case v.Setting.Secret:
			secret := v.Secret.Bytes()
			text = fmt.Sprintf("(hidden: %d bytes, fingerprint %s)", len(secret), keyring.Fingerprint(secret))
		default:
			text = fmt.Sprintf("%q", text)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", v.Setting.Name, text, v.Source)
	}
	table.Flush()
}

func tryKeys(keys *keyring.Ring, c *config.Config) error {
	token, err := keys.Sign(keyring.Claims{Issuer: c.Issuer, Subject: "check", Audience: "check", ID: keyring.NewID()})
	if err != nil {
		return err
	}
	_, err = keys.Verify(token)
	return err
}
