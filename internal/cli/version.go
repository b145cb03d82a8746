package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
)

// version is set by the linker.
var version string

// Version returns the program's version: what it was built as, or the module's version, or "dev".
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

func newVersionCmd(p *output.Printer) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Example: `  # As JSON
  aicr version --format json`,
		Args:              noArguments(""),
		ValidArgsFunction: option.Places(),
		RunE: func(*cobra.Command, []string) error {
			platform := runtime.GOOS + "/" + runtime.GOARCH
			return p.Result(format, map[string]string{"version": Version(), "go": runtime.Version(), "platform": platform}, func() string {
				return fmt.Sprintf("aicr %s (%s, %s)\n", Version(), runtime.Version(), platform)
			})
		},
	}
	option.AddFormat(cmd, &format)
	return cmd
}
