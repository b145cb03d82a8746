package cli

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
)

const defaultExample = "eks-h100-training"

func newInitCmd(s streams) *cobra.Command {
	var example string
	var force bool
	var format string
	var list strings.Builder
	for _, name := range examples.Names() {
		fmt.Fprintf(&list, "\n  - %s: %s", name, examples.Describe(name))
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
  aicr bundle -r my-cluster/recipe.yaml -o bundle`,
		Args:              oneArgument("the directory to write to"),
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
		RunE: func(cmd *cobra.Command, args []string) error {
			contents, err := examples.Files(example)
			if err != nil {
				return err
			}
			var files bundle.Files
			for _, path := range slices.Sorted(maps.Keys(contents)) {
				if err := files.Add(path, contents[path]); err != nil {
					return err
				}
			}
			written, err := bundle.Write(cmd.Context(), args[0], &files, bundle.WriteOptions{Force: force})
			if err != nil {
				return errors.In(err, "example %q", example)
			}
			recipe := filepath.Join(args[0], "recipe.yaml")
			if format == "json" {
				return printJSON(s.out, map[string]any{"example": example, "recipe": recipe, "files": written.Files})
			}
			return printText(s.out, fmt.Sprintf("Wrote the example %s: %d files in %s.\n\nNext:\n  1. Read %s, and change the recipe for your cluster.\n  2. aicr bundle -r %s -o bundle\n",
				example, len(written.Files), args[0], filepath.Join(args[0], "README.md"), recipe))
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&example, "example", defaultExample, "write the example of this `NAME`")
	f.BoolVar(&force, "force", false, "overwrite files in DIR that differ")
	addFormat(f, &format)
	complete(cmd, "example", examples.Names(), cobra.ShellCompDirectiveNoFileComp)
	completeChoices(cmd)
	return cmd
}
