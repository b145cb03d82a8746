// Command aicr turns an AICR recipe into a Flux GitOps bundle.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/aicr-flux/aicr/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt kills
	os.Exit(cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
