package authority

// A Code names an error on the wire. It is RFC 6749's where one fits.
type Code string

// The codes of decisions. Package web adds those of HTTP.
const (
	// RFC 6749 section 5.2.
	InvalidRequest       Code = "invalid_request"
	InvalidClient        Code = "invalid_client"
	UnsupportedGrantType Code = "unsupported_grant_type"
	// ServerError is whatever no other code names; its cause is in the log.
	ServerError Code = "server_error"

	// InvalidToken is any token whose signature or form does not hold. The
	// codes after it are told only of tokens whose signature holds.
	InvalidToken     Code = "invalid_token"
	TokenExpired     Code = "token_expired"
	TokenNotYetValid Code = "token_not_yet_valid"
	InvalidAudience  Code = "invalid_audience"
	InvalidIssuer    Code = "invalid_issuer"
)

// An Error has two readers: the caller sees Code and Description, the log gets
// Cause.
type Error struct {
	Code        Code
	Description string // ASCII without " and \ (RFC 6749 section 5.2); quotes nothing that a caller sent
	Cause       error  // may be nil
}

// Refuse makes an error without a cause.
func Refuse(code Code, description string) *Error {
	return &Error{Code: code, Description: description}
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return string(e.Code) + ": " + e.Description + ": " + e.Cause.Error()
	}
	return string(e.Code) + ": " + e.Description
}

func (e *Error) Unwrap() error { return e.Cause }
