package main

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// invokeRestMethod is a stand-in for PowerShell: it reads the parameters of one
// Invoke-RestMethod call in script, and sends what Windows PowerShell 5.1 sends.
// By its source (WebRequestPSCmdlet.FullClr.cs) that is the body as ISO-8859-1
// and, for a POST without another content type, application/x-www-form-urlencoded.
//
// It knows the few forms that our documentation uses, and fails on others.
func invokeRestMethod(t *testing.T, script string) map[string]any {
	t.Helper()
	script = strings.ReplaceAll(script, "`\n", " ")
	_, call, found := strings.Cut(script, "Invoke-RestMethod ")
	if !found {
		t.Fatalf("no call in %q", script)
	}
	call, _, _ = strings.Cut(call, "\n")
	parameter := func(pattern string) string {
		t.Helper()
		match := regexp.MustCompile(pattern).FindStringSubmatch(call)
		if match == nil {
			return ""
		}
		call = strings.Replace(call, match[0], "", 1)
		return match[1]
	}
	body := parameter(`-Body '([^']*)'`)
	uri := parameter(`-Uri "([^"$]*)"`)
	method := parameter(`-Method (\w+)`)
	contentType := parameter(`-Headers @\{"Content-Type"="([^"]*)"\}`)
	if rest := strings.TrimSpace(call); rest != "" {
		t.Fatalf("the stand-in does not know %q", rest)
	}
	if contentType == "" {
		contentType = formType
	}
	request, err := http.NewRequest(method, uri, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 200 {
		t.Fatalf("status %d, %v: %s", response.StatusCode, err, text)
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
