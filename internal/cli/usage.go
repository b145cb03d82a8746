package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// usageError is a command line that cannot be understood. It ends in a hint where the right form
// stands.
type usageError struct {
	command string
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }

func (e *usageError) Unwrap() error { return e.err }

func usageErrorf(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{command: cmd.CommandPath(), err: errors.Invalid(format, args...)}
}

// noArguments refuses arguments, with a hint what to write instead.
func noArguments(hint string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return usageErrorf(cmd, "unexpected argument %q%s", args[0], hint)
	}
}

// arguments wants one argument for each of the names.
func arguments(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		all, are := strings.Join(names, " and "), "are"
		if len(names) == 1 {
			are = "is"
		}
		switch {
		case len(args) == 0:
			return usageErrorf(cmd, "%s %s missing", all, are)
		case len(args) < len(names):
			return usageErrorf(cmd, "%s is missing after %q", names[len(args)], args[len(args)-1])
		case len(args) > len(names):
			return usageErrorf(cmd, "unexpected argument %q after %q; %s %s all it takes", args[len(names)], args[len(names)-1], all, are)
		}
		return nil
	}
}

// newHelpCmd is "aicr help COMMAND". Unlike cobra's own it fails for a command that does not exist.
func newHelpCmd() *cobra.Command {
	return &cobra.Command{
		Use:               "help [COMMAND]",
		Short:             "Show how a command is used",
		ValidArgsFunction: completeCommands,
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			switch {
			case err != nil:
				return err
			case len(rest) > 0 && about.HasSubCommands():
				return unknownCommand(about, rest[0])
			case len(rest) > 0:
				return usageErrorf(about, "%s has no command %q", about.CommandPath(), rest[0])
			}
			return about.Help()
		},
	}
}

func completeCommands(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []cobra.Completion
	if len(args) == 0 {
		for _, c := range cmd.Root().Commands() {
			names = append(names, cobra.CompletionWithDesc(c.Name(), c.Short))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
