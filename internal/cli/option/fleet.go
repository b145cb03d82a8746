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
