package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is stamped in by the linker: -ldflags "-X main.version=1.2.3".
var version string

func printVersion(_ context.Context, i *invocation) error {
	set, _ := i.flags("version")
	if err := i.parse(set, 0); err != nil {
		return err
	}
	fmt.Fprintf(i.stdout, "identity-backend %s %s %s/%s\n", versionText(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// versionText is the stamped version, else what the Go toolchain knows of the
// source.
func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
