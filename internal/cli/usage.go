package cli

import (
	stderrors "errors"
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/cli/option"
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

// flagError says in one form what is wrong with a flag, and suggests the nearest name for one that
// is unknown.
func flagError(cmd *cobra.Command, err error) error {
	if missing, ok := stderrors.AsType[*pflag.ValueRequiredError](err); ok {
		return usageErrorf(cmd, "--%s needs a value", missing.GetFlag().Name)
	}
	unknown, ok := stderrors.AsType[*pflag.NotExistError](err)
	switch {
	case !ok:
		return usageErrorf(cmd, "%s", err)
	case unknown.GetSpecifiedShortnames() != "":
		return usageErrorf(cmd, "unknown flag -%s", unknown.GetSpecifiedName())
	}
	if nearest := nearestFlag(cmd, unknown.GetSpecifiedName()); nearest != "" {
		return usageErrorf(cmd, "unknown flag --%s; did you mean --%s?", unknown.GetSpecifiedName(), nearest)
	}
	return usageErrorf(cmd, "unknown flag --%s", unknown.GetSpecifiedName())
}

// nearestFlag returns the command's flag that is spelled most like name, or "" where none is near.
func nearestFlag(cmd *cobra.Command, name string) string {
	nearest, distance := "", 4
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if d := levenshtein.ComputeDistance(name, f.Name); d < distance {
			nearest, distance = f.Name, d
		}
	})
	return nearest
}

// commandNames are the arguments of the program itself: none, because cobra has taken the name of a
// command away.
func commandNames(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return usageErrorf(cmd, "unknown command %q; did you mean %s?", args[0], strings.Join(near, " or "))
	}
	return usageErrorf(cmd, "unknown command %q", args[0])
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
			case len(rest) > 0 && about.HasParent():
				return usageErrorf(about, "%s has no command %q", about.CommandPath(), rest[0])
			case len(rest) > 0:
				return commandNames(about, rest)
			}
			about.InitDefaultHelpFlag()
			about.InitDefaultVersionFlag()
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

// helpWidth is where the lines of help texts end.
const helpWidth = 110

// printUsage is the part of a help text below the description.
func printUsage(cmd *cobra.Command) error {
	var b strings.Builder
	b.WriteString("Usage:\n")
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s COMMAND [flags]\n\nCommands:\n", cmd.CommandPath())
		for _, c := range cmd.Commands() {
			fmt.Fprintf(&b, "  %-12s %s\n", c.Name(), c.Short)
		}
	} else {
		fmt.Fprintf(&b, "  %s\n", cmd.UseLine())
	}
	if cmd.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	if flags := flagHelp(cmd); flags != "" {
		b.WriteString("\n" + flags)
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\nRun \"%s COMMAND --help\" for more about a command.\n", cmd.CommandPath())
	}
	_, err := fmt.Fprint(cmd.OutOrStderr(), b.String())
	return err
}

// flagHelp describes the flags, group by group.
func flagHelp(cmd *cobra.Command) string {
	var titles []string
	groups := map[string]*pflag.FlagSet{}
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		title := "Other"
		if t := option.Title(f); t != "" {
			title = t
		}
		if groups[title] == nil {
			groups[title] = pflag.NewFlagSet(title, pflag.ContinueOnError)
			groups[title].SortFlags = false
			titles = append(titles, title)
		}
		groups[title].AddFlag(f)
	})
	parts := make([]string, len(titles))
	if len(titles) == 1 {
		return "Flags:\n" + groups[titles[0]].FlagUsagesWrapped(helpWidth)
	}
	for i, title := range titles {
		parts[i] = title + ":\n" + groups[title].FlagUsagesWrapped(helpWidth)
	}
	return strings.Join(parts, "\n")
}
