package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

func newInitCmd(p *output.Printer) *cobra.Command {
	var list strings.Builder
	for _, name := range examples.Names() {
		fmt.Fprintf(&list, "\n  %s\n", name)
		list.WriteString(printable.Wrap(helpWidth, "      ", "      ", examples.Describe(name)))
	}
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "Write an example recipe with its values and manifests",
		Long: `init writes an example recipe into DIR, together with everything that it refers
to: values files, manifests, and the registry of its components. Change it into
your own recipe.

The examples:
` + list.String(),
		Example: `  aicr init my-cluster
  aicr init my-cluster --example gke-h100-training
  aicr bundle -r my-cluster/recipe.yaml -o bundles/a`,
		Args:              arguments("the directory to write to"),
		ValidArgsFunction: option.Places(option.Dirs),
	}
	var o aicr.InitOptions
	var format string
	option.AddInit(cmd, &o, &format)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.Dir = args[0]
		done, err := aicr.Init(cmd.Context(), o)
		if err != nil {
			return err
		}
		return p.Result(format, done, func() string {
			return fmt.Sprintf("Wrote the example %s: %d files in %s.\n\nNext:\n  1. Read %s, and change the recipe for your cluster.\n  2. aicr bundle -r %s -o bundles/a, in a clone of your Git repository\n",
				done.Example, len(done.Files), output.Place(o.Dir), filepath.Join(o.Dir, "README.md"), done.Recipe)
		})
	}
	return cmd
}
