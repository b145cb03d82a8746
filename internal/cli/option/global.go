package option

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// GlobalTitle is the title above the flags that every command has.
const GlobalTitle = "For every command"

// Global are the flags that every command has.
type Global struct {
	// Brief says that the help that is asked for is the short one.
	Brief          bool
	Quiet, Verbose bool

	help bool
}

// AddGlobal gives the command, and all below it, the flags that every command has.
func AddGlobal(cmd *cobra.Command, g *Global) {
	s := newSet()
	s.VarP(newToggle(&g.Quiet), "quiet", "q", "print results and errors, and nothing else")
	s.VarP(newToggle(&g.Verbose), "verbose", "v", "say what is read and asked for, and when")
	s.BoolFuncP("h", "h", "show the flags that matter most", func(string) error {
		g.Brief, g.help = true, true
		return nil
	})
	// cobra looks at this one before it runs a command.
	s.BoolVar(&g.help, "help", false, "show everything about the command")
	s.VisitAll(func(f *pflag.Flag) {
		f.NoOptDefVal = "true"
		_ = s.SetAnnotation(f.Name, titleKey, []string{GlobalTitle})
	})
	cmd.PersistentFlags().AddFlagSet(s.FlagSet)
}

// Check refuses what contradicts itself.
func (g *Global) Check() error {
	if g.Quiet && g.Verbose {
		return errors.Invalid("--quiet and --verbose contradict each other; remove one of them")
	}
	return nil
}
