package main

import (
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aurorahours.com/identity-backend/internal/config"
)

// appRoot makes an app root with a .env.
func appRoot(t testing.TB, dotenv string) string {
	t.Helper()
	home := t.TempDir()
	writeFile(t, filepath.Join(home, ".env"), dotenv)
	if err := os.Mkdir(filepath.Join(home, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	return home
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestContractInProcess(t *testing.T) {
	c, err := config.Load(appRoot(t, contractDotenv), noEnvironment)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := newHandler(c, log.New(io.Discard, "", 0), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	testContract(t, way{client: server.Client(), baseURL: server.URL + "/identity-backend", rootURL: server.URL})
}

func noEnvironment(string) (string, bool) { return "", false }
