package web

import (
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"aurorahours.com/identity-backend/internal/authority"
)

// verify answers POST /verify. The claims come back as they were signed: every
// number keeps its digits.
func (s *Service) verify(r *http.Request) (*answer, error) {
	var request struct {
		Token    string `json:"token"`
		Audience string `json:"aud"`
	}
	if err := readJSON(r, &request); err != nil {
		return nil, err
	}
	payload, err := s.Authority.Verify(request.Token, request.Audience)
	if err != nil {
		return nil, err
	}
	return jsonAnswer(http.StatusOK, struct {
		Valid  bool           `json:"valid"`
		Claims jsontext.Value `json:"claims"`
	}{true, payload.JSON})
}

// refuseVerify says valid: false whatever the error, so that a caller who looks
// at that alone is never wrong.
func refuseVerify(told *authority.Error) *answer {
	result := refuseWith(told, errorBody{Valid: new(bool)})
	if result.status == http.StatusUnauthorized {
		// RFC 9110 section 15.5.2 asks for a challenge.
		result.header("WWW-Authenticate", `Bearer realm="identity-backend"`)
	}
	return result
}
