package web

import (
	"net/http"
	"time"

	"aurorahours.com/identity-backend/internal/authority"
)

// token answers POST /token with the JSON contract.
func (s *Service) token(r *http.Request) (*answer, error) {
	var request struct {
		Subject  string `json:"sub"`
		Audience string `json:"aud"`
	}
	if err := readJSON(r, &request); err != nil {
		return nil, err
	}
	grant, err := s.Authority.Issue(authority.TokenRequest{Subject: request.Subject, Audience: request.Audience})
	if err != nil {
		return nil, err
	}
	return jsonAnswer(http.StatusOK, struct {
		Token     string `json:"token"`
		TokenType string `json:"token_type"`
		ExpiresIn int64  `json:"expires_in"`
	}{grant.Token, "Bearer", int64(grant.Lifetime / time.Second)})
}

// refuseToken adds the challenge that a 401 of a token endpoint must carry (RFC
// 6749 section 5.2), and that PowerShell's -Credential waits for.
func refuseToken(told *authority.Error) *answer {
	result := refuseAny(told)
	if result.status == http.StatusUnauthorized {
		result.header("WWW-Authenticate", `Basic realm="identity-backend"`)
	}
	return result
}
