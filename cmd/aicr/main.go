// Command aicr turns an AICR recipe into a Flux GitOps bundle.
package main

import (
	"log/slog"
	"os"
	"runtime/debug"

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
	os.Exit(cli.Main())
}
