//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"aurorahours.com/identity-backend/internal/hosttest"
)

// TestDev pastes what dev prints.
func TestDev(t *testing.T) {
	output := startListening(t, "dev", "--listen", "127.0.0.1:0")
	calls := make(map[string]string)
	lines := bufio.NewScanner(output)
	for len(calls) < 2 && lines.Scan() {
		if line, indented := strings.CutPrefix(lines.Text(), "  "); indented {
			if strings.HasPrefix(line, "curl ") {
				calls["curl"] = line
			}
			if strings.HasPrefix(line, "$resp = ") {
				calls["PowerShell"] = line
			}
		}
	}
	t.Run("PowerShell", func(t *testing.T) {
		isGrant(t, invokeRestMethod(t, calls["PowerShell"]))
	})
	t.Run("curl", func(t *testing.T) {
		_, err := exec.LookPath("curl")
		hosttest.Need(t, err == nil, "curl: apt-get install curl")
		out, err := exec.Command("sh", "-c", calls["curl"]).Output()
		if err != nil {
			t.Fatalf("%s: %v", calls["curl"], err)
		}
		var answer map[string]any
		if err := json.Unmarshal(out, &answer); err != nil {
			t.Fatal(err)
		}
		isGrant(t, answer)
	})
}

// TestPortIsTaken starts dev twice. The second finds another port by itself.
func TestPortIsTaken(t *testing.T) {
	first, err := listenOnLoopback("")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	second, err := listenOnLoopback("")
	if err != nil {
		t.Fatal(err)
	}
	second.Close()
}
