// Command aicr turns an AICR recipe into a Flux GitOps bundle.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/aicr-flux/aicr/internal/cli"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

func main() {
	aicr.ServeSandbox()
	debug.SetGCPercent(400) // most runs need some 10 MB and end before collecting pays
	debug.SetMemoryLimit(1 << 30)
	// Helm and kustomize log what they think of a chart; what users should know of it is a finding.
	// The log package follows.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt kills
	os.Exit(cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
