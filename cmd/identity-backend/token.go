package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"aurorahours.com/identity-backend/internal/authority"
	"aurorahours.com/identity-backend/internal/keyring"
)

// authority is what the configuration makes, for a person who can read the
// secret and so needs nobody's leave.
func (i *invocation) authority(home string) (*authority.Authority, error) {
	c, err := i.load(home)
	if err != nil {
		return nil, hinted{err, "identity-backend check shows the whole configuration"}
	}
	decides, err := newAuthority(c, time.Now)
	if err != nil {
		return nil, err
	}
	decides.Access = authority.Access{Open: true}
	return decides, nil
}

func issue(_ context.Context, i *invocation) error {
	set, home := i.flags("issue")
	subject := set.String("sub", "", "the `subject`: the service that the token is for")
	audience := set.String("aud", "", "the `audience`: the service that takes the token")
	if err := i.parse(set, 0); err != nil {
		return err
	}
	decides, err := i.authority(*home)
	if err != nil {
		return err
	}
	grant, err := decides.Issue(authority.TokenRequest{Subject: *subject, Audience: *audience})
	if err != nil {
		return hinted{err, "identity-backend issue --sub careergpt-backend --aud logging-service"}
	}
	fmt.Fprintln(i.stdout, grant.Token)
	return nil
}

func verify(_ context.Context, i *invocation) error {
	set, home := i.flags("verify")
	audience := set.String("aud", "", "the `audience` that the token must be for")
	if err := i.parse(set, 1); err != nil {
		return err
	}
	decides, err := i.authority(*home)
	if err != nil {
		return err
	}
	token := set.Arg(0)
	if token == "" || token == "-" {
		if token, err = readToken(i.stdin); err != nil {
			return err
		}
	}
	payload, err := decides.Verify(token, *audience)
	if err != nil {
		return err
	}
	fmt.Fprintf(i.stdout, "%s\n", payload.JSON)
	return nil
}

// readToken reads a token with the line break that a shell leaves behind it,
// which is no part of it.
func readToken(r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, keyring.MaxTokenBytes+16))
	if err != nil {
		return "", fmt.Errorf("read the token from standard input: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return "", hinted{errors.New("standard input holds no token"), "identity-backend issue … | identity-backend verify --aud logging-service"}
	}
	return token, nil
}
