package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker.
var version string

// Version returns the program's version: what it was built as, or the
// module's version, or "dev".
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

func newVersionCmd(s streams) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Example: `  # As JSON
  aicr version --format json`,
		Args: noArguments(""),
		RunE: func(*cobra.Command, []string) error {
			if format == "json" {
				return printJSON(s.out, map[string]string{"version": Version(), "go": runtime.Version(), "platform": platform()})
			}
			return printText(s.out, fmt.Sprintf("aicr %s (%s, %s)\n", Version(), runtime.Version(), platform()))
		},
	}
	addFormat(cmd.Flags(), &format)
	completeChoices(cmd)
	return cmd
}

func platform() string { return runtime.GOOS + "/" + runtime.GOARCH }
