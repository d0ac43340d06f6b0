package main

import (
	"fmt"
	"io"
)

// printCalls prints calls that work when they are pasted as they are.
func printCalls(w io.Writer, baseURL string) {
	fmt.Fprintf(w, `Listening on %[1]s until Ctrl-C.
Not for production: the secret ends with this process, and whoever reaches the port gets any token.

A token, with curl:

  curl -sS %[1]s/token -H 'Content-Type: application/json' -d '{"sub":"careergpt-backend","aud":"logging-service"}'

A token, with PowerShell:

  $resp = Invoke-RestMethod -Uri "%[1]s/token" -Method POST -Headers @{"Content-Type"="application/json"} -Body '{"sub":"careergpt-backend","aud":"logging-service"}'
  $resp.token

`, baseURL)
}
