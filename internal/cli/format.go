package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// formatFlag is the flag --format.
type formatFlag string

func (f *formatFlag) add(cmd *cobra.Command) {
	*f = "text"
	cmd.Flags().Var(f, "format", "how to print the result: text or json")
	complete(cmd, "format", "text", "json")
}

func (f *formatFlag) json() bool { return *f == "json" }

// Set implements pflag.Value.
func (f *formatFlag) Set(s string) error {
	if s != "text" && s != "json" {
		return errors.Invalid("the format is unknown; use text or json")
	}
	*f = formatFlag(s)
	return nil
}

// String implements pflag.Value.
func (f *formatFlag) String() string { return string(*f) }

// Type implements pflag.Value.
func (f *formatFlag) Type() string { return "text|json" }

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("output: %w", err)
	}
	return nil
}

// complete lets the shell complete a flag's values.
func complete(cmd *cobra.Command, flag string, choices ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp))
}
