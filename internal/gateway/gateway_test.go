package gateway

import "testing"

func TestDetect(t *testing.T) {
	passenger := "PASSENGER_SPAWN_WORK_DIR=/tmp/passenger"
	cgi := "GATEWAY_INTERFACE=CGI/1.1"
	for _, test := range []struct {
		name        string
		environment []string
		listens     bool
		want        Mode
	}{
		{"a shell", []string{"HOME=/home/a", "PATH=/bin"}, false, CommandLine},
		{"nothing at all", nil, false, CommandLine},
		{"mod_cgi", []string{cgi, "REQUEST_METHOD=GET"}, false, CGI},
		{"CGI without a method", []string{cgi}, false, CGI},
		{"a header that looks like a variable", []string{"HTTP_GATEWAY_INTERFACE=x"}, false, CommandLine},
		{"an empty variable", []string{"GATEWAY_INTERFACE=", "PASSENGER_SPAWN_WORK_DIR="}, false, CommandLine},
		{"mod_fcgid", []string{"PATH=/bin"}, true, FastCGI},
		{"mod_fcgid with FcgidInitialEnv", []string{cgi}, true, FastCGI},
		{"Passenger", []string{passenger, "IN_PASSENGER=1"}, false, Passenger},
		{"Passenger before all else", []string{cgi, passenger}, true, Passenger},
		{"lswsgi", []string{"LSAPI_CHILDREN=5"}, true, LiteSpeed},
		{"CGI under LiteSpeed", []string{"LSAPI_CHILDREN=5", cgi}, false, CGI},
	} {
		if got := Detect(test.environment, test.listens); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
