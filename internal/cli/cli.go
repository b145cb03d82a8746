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

	"github.com/spf13/cobra"

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

func newRootCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "aicr",
		Short: "Turn an AICR recipe into a Flux GitOps bundle",
		Long: `aicr turns an AICR recipe, the version-locked list of the Helm charts, values
and manifests that make a GPU Kubernetes cluster work, into a directory or an
OCI artifact that Flux reconciles in order.

Results go to standard output, everything else to standard error. Exit status:

  - 0: done
  - 1: interrupted; no file was changed
  - 2: the request is invalid, or files are in the way
  - 3: something that is named does not exist
  - 4: a server refuses the credentials, or a verification fails
  - 5: a server takes too long
  - 6: a server cannot be reached, or fails; or there is no helm
  - 7: a server says that there are too many requests
  - 8: an error inside aicr, or of the disk

Only diff has its own: 0, 1 and 2, as it says.`,
		Example: `  # Write an example recipe, and make a bundle of it
  aicr init my-cluster
  aicr bundle -r my-cluster/recipe.yaml -o bundles/a`,
		Version: Version(),

		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              noArguments(""),
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.Flags().Bool("version", false, "print the version")
	cmd.SetVersionTemplate("aicr {{ .Version }}\n")
	cmd.SetFlagErrorFunc(flagError)
	cmd.SetHelpCommand(newHelpCmd())
	var global option.Global
	option.AddGlobal(cmd, &global)
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		text := helpText
		if global.Brief {
			text = briefHelp
		}
		_, _ = io.WriteString(cmd.OutOrStdout(), text(cmd))
	})
	cmd.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := errors.Join(option.Problems(cmd.Flags()), global.Check()); err != nil {
			return &usageError{cmd.CommandPath(), err}
		}
		p.Quiet, p.Verbose = global.Quiet, global.Verbose
		cmd.SetContext(p.Logged(cmd.Context()))
		return nil
	}
	commands := func(title string, commands ...*cobra.Command) {
		cmd.AddGroup(&cobra.Group{ID: title, Title: title + ":"})
		for _, c := range commands {
			c.GroupID = title
		}
		cmd.AddCommand(commands...)
	}
	commands("Make a bundle", newInitCmd(p), newBundleCmd(p), newFleetCmd(p))
	commands("Look at it and prove it", newVerifyCmd(p), newDiffCmd(p), newGraphCmd(p), newPlanCmd(p), newImagesCmd(p), newReportCmd(p))
	commands("Publish it", newPushCmd(p), newPullCmd(p))
	commands("About aicr", newVersionCmd(p), newCompletionCmd(p))
	cmd.SetHelpCommandGroupID("About aicr")
	each(cmd, option.CompleteByForm)
	return cmd
}
