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
