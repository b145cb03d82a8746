// Package cli is the command line: one file a verb, each a thin shell over a call of pkg/aicr.
// Flags become options in option, results become text in output.
package cli

import (
	"context"
	stderrors "errors"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// patience is how long an interrupted run may take to leave everything in order.
const patience = 700 * time.Millisecond

// Main runs the program as a process: an interrupt, a request to end and the end of the terminal
// cancel it, and a second one kills it. What cannot be cancelled, such as the parsing of a large
// document, is left where it is after a moment.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop)
	status := make(chan int, 1)
	go func() { status <- Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr) }()
	return outcome(ctx, status, os.Args[1:], os.Stderr)
}

// outcome waits for the status of a run, but not for long once ctx has ended.
func outcome(ctx context.Context, status <-chan int, args []string, stderr io.Writer) int {
	late := make(chan struct{})
	context.AfterFunc(ctx, func() { time.AfterFunc(patience, func() { close(late) }) })
	select {
	case s := <-status:
		return s
	case <-late:
		_, _ = io.WriteString(stderr, "Error: interrupted in the middle of a step; a bundle that was being written is put right by the next run\n")
		if slices.Contains(args, diffName) { // where 1 says that something differs
			return statusTrouble
		}
		return errors.ExitStatus(context.Canceled)
	}
}

// The exit statuses of "aicr diff", which are those of diff and of git diff.
const (
	statusDiffers = 1
	statusTrouble = 2
)

// Run runs the program with the arguments after its name, and returns its exit status; see
// errors.ExitStatus.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &output.Printer{Out: stdout, Err: stderr, Width: output.Columns(stdout), ErrWidth: output.Columns(stderr), Colour: output.Colours(stdout), ErrColour: output.Colours(stderr)}
	root := newRootCmd(p)
	p.Spell = option.NewSpeller(root).Spell
	root.InitDefaultHelpCmd()
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd := root
	args, err := commandFirst(root, args)
	if err == nil {
		root.SetArgs(args)
		cmd, err = root.ExecuteContextC(ctx)
	}
	switch {
	case err == nil:
		return 0
	case stderrors.Is(err, errDiffers):
		return statusDiffers
	case ctx.Err() != nil && stderrors.Is(err, context.Canceled):
		left := "nothing was changed"
		if _, pushing := stderrors.AsType[*output.InterruptedPush](err); pushing {
			left = "run again to go on: what the registry has is not sent again"
		}
		p.Line("Error: interrupted;", left)
	default:
		p.Line("Error:", err)
		if usage, ok := stderrors.AsType[*usageError](err); ok {
			p.Line(`Run "` + usage.command + ` --help" for usage.`)
		}
	}
	if cmd.Name() == diffName {
		return statusTrouble
	}
	return errors.ExitStatus(err)
}
