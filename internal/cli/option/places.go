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
		return places[len(args)].complete()
	}
}

// Everywhere is Places for a command that takes any number of arguments.
func Everywhere(place Place) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return place.complete()
	}
}

func (p Place) complete() ([]cobra.Completion, cobra.ShellCompDirective) {
	switch p {
	case Dirs:
		return nil, cobra.ShellCompDirectiveFilterDirs
	case Recipes:
		return documents, cobra.ShellCompDirectiveFilterFileExt
	}
	return nil, nothing
}

// documents are the extensions of files in YAML and JSON.
var documents = []string{"yaml", "yml", "json"}
