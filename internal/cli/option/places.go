package option

import "github.com/spf13/cobra"

// Place is what may stand at the place of an argument.
type Place int

// The places of arguments, for the shell.
const (
	Nothing Place = iota
	Dirs
	Recipes // or other files in YAML, or directories
)

// Places lets the shell complete the arguments of a command.
func Places(places ...Place) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) >= len(places) {
			return nil, nothing
		}
		switch places[len(args)] {
		case Dirs:
			return nil, cobra.ShellCompDirectiveFilterDirs
		case Recipes:
			return documents, cobra.ShellCompDirectiveFilterFileExt
		}
		return nil, nothing
	}
}

// documents are the extensions of files in YAML and JSON.
var documents = []string{"yaml", "yml", "json"}
