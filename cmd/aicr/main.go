// Command aicr turns an AICR recipe into a Flux GitOps bundle.
package main

import (
	"log/slog"
	"os"

	"github.com/aicr-flux/aicr/internal/cli"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

func main() {
	aicr.ServeSandbox()
	// Helm and kustomize log what they think of a chart; what users should know of it is a finding.
	// The log package follows.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(cli.Main())
}
