package option

import (
	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

// AddPush gives the command the flags of "aicr push".
func AddPush(cmd *cobra.Command, o *aicr.PushOptions, format *string) {
	add(cmd, "Output", force(&o.Force, "move a tag that points to other content"), func(s *set) { s.format(format) })
	add(cmd, "Publishing (oci://)", publish(&o.Publish), registry(&o.Registry))
	add(cmd, "Into the cluster", sync(&o.Sync), sourceSecrets(&o.SourceSecrets), func(s *set) {
		s.text(&o.OCISourceName, "flux-oci-source-name", "the cluster's OCIRepository has this `NAME` (default: the one that the bundle's charts refer to)", "OCISourceName")
		s.text(&o.Namespace, "flux-namespace", "Flux runs in this `NAMESPACE` (default: the bundle's)", "Namespace")
	})
	first(cmd, "tag", "sync", "sync-ref", "force", "source", "revision")
}

// AddPull gives the command the flags of "aicr pull".
func AddPull(cmd *cobra.Command, o *aicr.PullOptions, format *string) {
	add(cmd, "Output", force(&o.Force, "overwrite files that were edited or that are not the bundle's own"), func(s *set) { s.format(format) })
	add(cmd, "Registry", registry(&o.Registry))
}

func force(to *bool, usage string) group {
	return func(s *set) { s.toggle(to, "force", usage, "Force") }
}

// AddInit gives the command the flags of "aicr init"; list says that the examples are listed instead.
func AddInit(cmd *cobra.Command, o *aicr.InitOptions, list *bool, format *string) {
	add(cmd, "", func(s *set) {
		s.toggle(list, "list", "list the examples with what each is for, and write nothing")
		s.text(&o.Example, "example", "write the example of this `NAME` (default "+aicr.DefaultExample+")", "Example")
	}, force(&o.Force, "overwrite files in DIR that differ"), func(s *set) { s.format(format) })
	var names []string
	for _, name := range examples.Names() {
		names = append(names, cobra.CompletionWithDesc(name, examples.Describe(name)))
	}
	complete(cmd, "example", names, nothing)
}

// AddFormat gives the command the flag --format alone.
func AddFormat(cmd *cobra.Command, format *string) {
	add(cmd, "", func(s *set) { s.format(format) })
}
