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
	var format formatFlag
	var list strings.Builder
	for _, name := range examples.Names() {
		fmt.Fprintf(&list, "  %-20s %s\n", name, examples.Describe(name))
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
		Args:              cobra.ExactArgs(1),
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
			if format.json() {
				return printJSON(s.out, map[string]any{"example": example, "recipe": recipe, "files": written.Files})
			}
			_, err = fmt.Fprintf(s.out, "Wrote the example %s: %d files in %s.\n\nNext:\n  aicr bundle -r %s -o bundle\n", example, len(written.Files), args[0], recipe)
			return err
		},
	}
	cmd.Flags().StringVar(&example, "example", defaultExample, "which example: "+strings.Join(examples.Names(), " or "))
	cmd.Flags().BoolVar(&force, "force", false, "overwrite files in DIR that differ")
	complete(cmd, "example", examples.Names()...)
	format.add(cmd)
	return cmd
}
