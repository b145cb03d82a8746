package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
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
	commands := ""
	if cmd.HasAvailableSubCommands() {
		commands, rest = fmt.Sprintf("\"%s COMMAND -h\" for a command, ", cmd.CommandPath()), "more"
	}
	return cmd.Short + ".\n\n" + usageText(cmd, few) + "\n" + groupText(groups) +
		fmt.Sprintf("\nRun %s\"%s --help\" for %s.\n", commands, cmd.CommandPath(), rest)
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
