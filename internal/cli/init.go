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

// example is an example as it is listed.
type example struct {
	Name    string `json:"name"`
	About   string `json:"about"`
	Default bool   `json:"default"`
}

func listed() []example {
	var list []example
	for _, name := range examples.Names() {
		list = append(list, example{name, examples.Describe(name), name == aicr.DefaultExample})
	}
	return list
}

// listText tells of the examples, for people.
func listText() string {
	var b strings.Builder
	for _, e := range listed() {
		name := e.Name
		if e.Default {
			name += " (the default)"
		}
		b.WriteString("  " + name + "\n" + printable.Wrap(helpWidth, "      ", "      ", e.About))
	}
	return b.String()
}

func newInitCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "Write an example recipe with its values and manifests",
		Long: `init writes an example recipe into DIR, together with everything that it refers
to: values files, manifests, and the registry of its components. Change it into
your own recipe.

The examples:

` + strings.TrimRight(listText(), "\n"),
		Example: `  aicr init my-cluster
  aicr init my-cluster --example gke-h100-training
  aicr bundle -r my-cluster/recipe.yaml -o bundles/a`,
		ValidArgsFunction: option.Places(option.Dirs),
	}
	var o aicr.InitOptions
	var list bool
	var format string
	option.AddInit(cmd, &o, &list, &format)
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		switch {
		case list:
			return noArguments(" with --list")(cmd, args)
		case len(args) == 0:
			return usageErrorf(cmd, "the directory to write to is missing; there are these examples:\n%s", strings.TrimRight(listText(), "\n"))
		}
		return arguments("the directory to write to")(cmd, args)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if list {
			return p.Result(format, listed(), listText)
		}
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
