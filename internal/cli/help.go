package cli

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/printable"
)

// The columns of help texts: where lines end, and where the text of a flag begins. A flag that is too
// long for that has a line of its own.
const (
	helpWidth  = 80
	textColumn = 28
)

// helpText is all that there is to say about a command.
func helpText(cmd *cobra.Command) string {
	about := cmd.Long
	if about == "" {
		about = cmd.Short + "."
	}
	text := about + "\n\n" + usageText(cmd, cmd.Example) + "\n" + flagHelp(cmd)
	if cmd.HasAvailableSubCommands() {
		text += fmt.Sprintf("\nRun \"%s COMMAND --help\" for more about a command.\n", cmd.CommandPath())
	}
	return text
}

// briefHelp is what somebody needs who knows the command: about one screen.
func briefHelp(cmd *cobra.Command) string {
	groups, rest := flagGroups(cmd), "everything about it"
	if groups[0].title == option.FirstTitle {
		all := 0
		for _, group := range groups {
			all += len(group.flags)
		}
		groups, rest = groups[:1], fmt.Sprintf("all of its %d flags", all)
	}
	examples := strings.Split(cmd.Example, "\n\n")
	few := strings.Join(examples[:min(3, len(examples))], "\n\n")
	return cmd.Short + ".\n\n" + usageText(cmd, few) + "\n" + groupText(groups) +
		fmt.Sprintf("\nRun \"%s --help\" for %s.\n", cmd.CommandPath(), rest)
}

// usageText is how a command is called.
func usageText(cmd *cobra.Command, examples string) string {
	var b strings.Builder
	b.WriteString("Usage:\n")
	if !cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s\n", cmd.UseLine())
	} else {
		fmt.Fprintf(&b, "  %s COMMAND [flags]\n", cmd.CommandPath())
		for _, group := range append(cmd.Groups(), &cobra.Group{Title: "Commands:"}) {
			list := ""
			for _, c := range cmd.Commands() {
				if c.GroupID == group.ID && !c.Hidden {
					list += fmt.Sprintf("  %-12s %s\n", c.Name(), c.Short)
				}
			}
			if list != "" {
				b.WriteString("\n" + group.Title + "\n" + list)
			}
		}
	}
	if examples != "" {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", examples)
	}
	return b.String()
}

// flagGroup is flags below a title.
type flagGroup struct {
	title string
	flags []*pflag.Flag
}

// flagGroups are the flags of a command: first those that matter most, then group by group, and in the
// end those that every command has.
func flagGroups(cmd *cobra.Command) []flagGroup {
	var groups []flagGroup
	put := func(title string, f *pflag.Flag) {
		at := slices.IndexFunc(groups, func(g flagGroup) bool { return g.title == title })
		if at < 0 {
			at, groups = len(groups), append(groups, flagGroup{title: title})
		}
		groups[at].flags = append(groups[at].flags, f)
	}
	first := option.First(cmd.Flags())
	for _, f := range first {
		put(option.FirstTitle, f)
	}
	own, shared := cmd.LocalFlags(), cmd.InheritedFlags()
	own.VisitAll(func(f *pflag.Flag) {
		if !slices.Contains(first, f) && option.Title(f) != option.GlobalTitle {
			put(option.Title(f), f)
		}
	})
	for _, flags := range []*pflag.FlagSet{own, shared} {
		flags.VisitAll(func(f *pflag.Flag) {
			if option.Title(f) == option.GlobalTitle {
				put(option.GlobalTitle, f)
			}
		})
	}
	return groups
}

// flagHelp describes the flags of a command.
func flagHelp(cmd *cobra.Command) string { return groupText(flagGroups(cmd)) }

func groupText(groups []flagGroup) string {
	parts := make([]string, len(groups))
	for i, group := range groups {
		title := group.title
		if title == "" {
			title = "Flags"
		}
		parts[i] = title + ":\n"
		for _, f := range group.flags {
			parts[i] += flagText(f)
		}
	}
	return strings.Join(parts, "\n")
}

// flagText describes a flag.
func flagText(f *pflag.Flag) string {
	name, indent := "  "+flagName(f, "-%s", "--%s", " %s"), strings.Repeat(" ", textColumn)
	text := flagUsage(f)
	if utf8.RuneCountInString(name)+2 > textColumn {
		return name + "\n" + printable.Wrap(helpWidth, indent, indent, text)
	}
	return printable.Wrap(helpWidth, fmt.Sprintf("%-*s", textColumn, name), indent, text)
}

// flagUsage is what a help text says of a flag.
func flagUsage(f *pflag.Flag) string {
	_, text := pflag.UnquoteUsage(f)
	return text
}

// flagName is how a flag is written: its letter, its name and what follows it, each in its form.
func flagName(f *pflag.Flag, letter, long, value string) string {
	name := fmt.Sprintf(long, f.Name)
	switch {
	case f.Shorthand == f.Name:
		name = fmt.Sprintf(letter, f.Shorthand)
	case f.Shorthand != "":
		name = fmt.Sprintf(letter, f.Shorthand) + ", " + name
	default:
		name = "    " + name
	}
	if form, _ := pflag.UnquoteUsage(f); form != "" {
		name += fmt.Sprintf(value, form)
	}
	return name
}
