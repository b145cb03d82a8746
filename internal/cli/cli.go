// Package cli is the command line: flags become options, results become text.
// It decides nothing about a bundle; each command is a thin shell over a call
// of the library.
package cli

import (
	"context"
	stderrors "errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// streams are where a command reads and writes. Results go to out, everything
// else to err.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Run runs the program with the arguments after its name, and returns its exit
// status; see errors.ExitStatus.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRootCmd(streams{in: stdin, out: stdout, err: stderr})
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	if ctx.Err() != nil && stderrors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintln(stderr, "Error: interrupted; nothing was changed")
		return errors.ExitStatus(err)
	}
	_, _ = fmt.Fprintln(stderr, "Error:", err)
	if _, coded := stderrors.AsType[*errors.Error](err); !coded {
		if _, isList := stderrors.AsType[errors.List](err); !isList {
			// Only the parser of the command line returns errors without a
			// code of ours.
			_, _ = fmt.Fprintf(stderr, "Run %q for usage.\n", cmd.CommandPath()+" --help")
			return errors.ExitStatus(errors.ErrCodeInvalidRequest)
		}
	}
	return errors.ExitStatus(err)
}

func newRootCmd(s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "aicr",
		Short: "Turn an AICR recipe into a Flux GitOps bundle",
		Long: `aicr turns an AICR recipe, the version-locked list of the Helm charts, values
and manifests that make a GPU Kubernetes cluster work, into a directory that
Flux reconciles in order.

Exit status: 0 ok; 2 invalid request or conflict; 3 not found; 4 unauthorized;
5 timeout; 6 service unavailable; 7 rate limited; 8 internal error; 1 anything
else.`,
		Example: `  # Write an example recipe, and make a bundle of it
  aicr init my-cluster
  aicr bundle -r my-cluster/recipe.yaml -o bundle`,
		Version:           Version(),
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              cobra.NoArgs,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		DisableAutoGenTag: true,
	}
	cmd.SetVersionTemplate("aicr {{ .Version }}\n")
	cmd.AddCommand(newBundleCmd(s), newInitCmd(s), newVersionCmd(s))
	return cmd
}
