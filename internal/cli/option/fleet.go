package option

import (
	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/pkg/aicr"
)

// AddFleet gives the command the flags of "aicr fleet build".
func AddFleet(cmd *cobra.Command, o *aicr.FleetOptions, format *string) {
	add(cmd, "Output", func(s *set) {
		s.short(&o.Output, "output", "o", "write a directory for each cluster into this `DIR`; required", "Output")
		s.toggle(&o.DryRun, "dry-run", "say what would change, and write nothing", "DryRun")
	}, force(&o.Force, "overwrite files that were edited or that an earlier run did not write"), func(s *set) { s.format(format) })
	add(cmd, registryTitle, registry(&o.Registry))
	complete(cmd, "output", nil, cobra.ShellCompDirectiveFilterDirs)
}

// AddFleetDiff gives the command the flags of "aicr fleet diff".
func AddFleetDiff(cmd *cobra.Command, o *aicr.FleetDiffOptions, format *string) {
	add(cmd, "Comparing", func(s *set) {
		s.words(format, []string{"text", "markdown", "json", "github"}, "how to print what differs (default text); markdown: for the comment of a pull request")
		s.toggle(&o.Charts, "charts", "pull the charts that a bundle does not hold, and compare what they make, too", "Charts")
	})
	add(cmd, "Charts", charts(&o.ChartPull))
	add(cmd, registryTitle, registry(&o.Registry))
}
