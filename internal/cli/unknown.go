package cli

import (
	stderrors "errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/suggest"
)

// commandFirst puts the names of the command before its flags, where they may stand anywhere, and
// answers a name that is unknown: what its flags are nobody can say.
func commandFirst(root *cobra.Command, args []string) ([]string, error) {
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		return args, nil
	}
	var names []string
	rest := slices.Clone(args)
	for cmd := root; cmd.HasSubCommands(); {
		at := nameAt(cmd, rest)
		if at < 0 {
			break
		}
		sub := subCommand(cmd, rest[at])
		if sub == nil {
			return nil, unknownCommand(cmd, rest[at])
		}
		cmd, names, rest = sub, append(names, rest[at]), slices.Delete(rest, at, at+1)
	}
	return append(names, rest...), nil
}

// nameAt is where the first word stands that is neither a flag nor the value of one, or -1.
func nameAt(cmd *cobra.Command, args []string) int {
	for i := 0; i < len(args) && args[i] != "--"; i++ {
		switch name, isFlag := strings.CutPrefix(args[i], "-"); {
		case !isFlag || name == "":
			return i
		case i+1 < len(args) && takesNext(cmd, args[i], args[i+1]):
			i++
		}
	}
	return -1
}

// takesNext reports whether the word after a flag is its value. Where that cannot be said, it is,
// unless it names a command.
func takesNext(cmd *cobra.Command, flag, next string) bool {
	if strings.Contains(flag, "=") || !strings.HasPrefix(flag, "--") && len(flag) > 2 {
		return false
	}
	toggles, values := 0, 0
	for _, f := range flagsOf(cmd.Root(), flag) {
		if f.NoOptDefVal != "" {
			toggles++
		} else {
			values++
		}
	}
	switch {
	case values > 0 && toggles == 0:
		return true
	case toggles > 0 && values == 0:
		return false
	}
	return subCommand(cmd, next) == nil
}

// flagsOf are the flags of that name, such as --recipe or -r, by the command that has them.
func flagsOf(root *cobra.Command, flag string) map[*cobra.Command]*pflag.Flag {
	found := map[*cobra.Command]*pflag.Flag{}
	each(root, func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if flag == "--"+f.Name || f.Shorthand != "" && flag == "-"+f.Shorthand {
				found[cmd] = f
			}
		})
	})
	return found
}

// each calls do with the command and all below it, in the order of help texts.
func each(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, sub := range cmd.Commands() {
		each(sub, do)
	}
}

func subCommand(cmd *cobra.Command, name string) *cobra.Command {
	for _, sub := range cmd.Commands() {
		if sub.Name() == name || sub.HasAlias(name) {
			return sub
		}
	}
	return nil
}

func unknownCommand(cmd *cobra.Command, name string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	return usageErrorf(cmd, "unknown command %q%s", name, suggest.Meant(name, names, "%q"))
}

// flagError says in one form what is wrong with a flag, and what may be meant where it is unknown.
func flagError(cmd *cobra.Command, err error) error {
	if missing, ok := stderrors.AsType[*pflag.ValueRequiredError](err); ok {
		return usageErrorf(cmd, "--%s needs a value", missing.GetFlag().Name)
	}
	unknown, ok := stderrors.AsType[*pflag.NotExistError](err)
	if !ok {
		return usageErrorf(cmd, "%s", err)
	}
	flag := "--" + unknown.GetSpecifiedName()
	if unknown.GetSpecifiedShortnames() != "" {
		flag = "-" + unknown.GetSpecifiedName()
	}
	if others := flagsOf(cmd.Root(), flag); len(others) > 0 {
		return usageErrorf(cmd, "unknown flag %s; %s", flag, elsewhere(cmd.Root(), flag, others))
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if strings.HasPrefix(flag, "--") && !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return usageErrorf(cmd, "unknown flag %s%s", flag, suggest.Meant(unknown.GetSpecifiedName(), names, "--%s"))
}

// elsewhere says which other commands have a flag.
func elsewhere(root *cobra.Command, flag string, others map[*cobra.Command]*pflag.Flag) string {
	var names []string
	long := ""
	each(root, func(cmd *cobra.Command) {
		if f := others[cmd]; f != nil {
			names = append(names, fmt.Sprintf("%q", cmd.CommandPath()))
			if flag != "--"+f.Name {
				long = " (--" + f.Name + ")"
			}
		}
	})
	return "it is a flag of " + suggest.Some(names) + long
}
