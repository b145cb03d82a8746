package cli

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
)

// program is the whole tree of commands, as it is when the program runs.
func program() *cobra.Command {
	root := newRootCmd(&output.Printer{})
	root.InitDefaultHelpCmd()
	return root
}

func TestHelp_Fits80Columns(t *testing.T) {
	seen := 0
	each(program(), func(cmd *cobra.Command) {
		for name, text := range map[string]string{"--help": helpText(cmd), "-h": briefHelp(cmd)} {
			for i, line := range strings.Split(text, "\n") {
				seen++
				if utf8.RuneCountInString(line) > 80 || strings.HasSuffix(line, " ") {
					t.Errorf("%s %s, line %d: %s", cmd.CommandPath(), name, i+1, line)
				}
			}
		}
	})
	if seen < 500 {
		t.Errorf("only %d lines", seen)
	}
}

// TestHelp_FirstComesWhatMattersMost where there are many flags, and each flag stands once.
func TestHelp_FirstComesWhatMattersMost(t *testing.T) {
	each(program(), func(cmd *cobra.Command) {
		count, many := 0, 15
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			count++
			line := "\n  " + flagName(f, "-%s", "--%s", " %s")
			if n := strings.Count(helpText(cmd), line+"\n") + strings.Count(helpText(cmd), line+" "); n != 1 {
				t.Errorf("%s --help has --%s %d times", cmd.CommandPath(), f.Name, n)
			}
		})
		first := option.First(cmd.Flags())
		switch {
		case count > many && (len(first) < 4 || len(first) > 10):
			t.Errorf("%s has %d flags, and %d of them come first", cmd.CommandPath(), count, len(first))
		case len(first) == 0:
			return
		case flagGroups(cmd)[0].title != option.FirstTitle:
			t.Errorf("%s: the first group is %s", cmd.CommandPath(), flagGroups(cmd)[0].title)
		}
		for i, f := range first { // a name that is no flag leaves a gap
			if place := f.Annotations["aicr_first"][0]; place != fmt.Sprint(i) {
				t.Errorf("%s: --%s is number %s, and not %d", cmd.CommandPath(), f.Name, place, i)
			}
			if !strings.Contains(briefHelp(cmd), "--"+f.Name) {
				t.Errorf("%s -h lacks --%s", cmd.CommandPath(), f.Name)
			}
		}
	})
	for _, name := range []string{"bundle", "verify"} {
		if n := len(option.First(subCommand(program(), name).Flags())); n != 10 {
			t.Errorf("%s: %d flags come first", name, n)
		}
	}
}

// TestHelp_EachCommandIsInAGroup, so that none is forgotten at the end of the list.
func TestHelp_EachCommandIsInAGroup(t *testing.T) {
	for _, cmd := range program().Commands() {
		if cmd.GroupID == "" {
			t.Errorf("%s is in no group", cmd.Name())
		}
		if !strings.Contains(helpText(program()), fmt.Sprintf("\n  %-12s %s\n", cmd.Name(), cmd.Short)) {
			t.Errorf("aicr --help lacks %s", cmd.Name())
		}
	}
}

func TestHelp_ALongNameHasALineOfItsOwn(t *testing.T) {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.StringP("short", "s", "", "read this `FILE` "+strings.TrimSpace(strings.Repeat("word ", 12)))
	flags.String("sixteen-letters-", "", "does `X`")
	flags.String("seventeen-letters", "", "does `X`")
	got := ""
	flags.SortFlags = false
	flags.VisitAll(func(f *pflag.Flag) { got += flagText(f) })
	const want = `  -s, --short FILE          read this FILE word word word word word word word
                            word word word word word
      --sixteen-letters- X  does X
      --seventeen-letters X
                            does X
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}
