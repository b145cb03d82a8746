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
	var format formatFlag
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Example: `  # As JSON
  aicr version --format json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if format.json() {
				return printJSON(s.out, map[string]string{"version": Version(), "go": runtime.Version(), "platform": platform()})
			}
			_, err := fmt.Fprintf(s.out, "aicr %s (%s, %s)\n", Version(), runtime.Version(), platform())
			return err
		},
	}
	format.add(cmd)
	return cmd
}

func platform() string { return runtime.GOOS + "/" + runtime.GOARCH }
