package option

import (
	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/pkg/aicr"
)

// DefaultReport is the file of a report where no other is named.
const DefaultReport = "report.html"

// Report are the flags of "aicr report". A config file may have those of a bundle, too.
type Report struct {
	Bundle
	Page       string
	Compare    string
	WithImages bool
}

// AddReport gives the command the flags of "aicr report".
func AddReport(cmd *cobra.Command, r *Report, format *string) {
	add(cmd, "Output", func(s *set) {
		s.short(&r.Page, "output", "o", "write the page to this `FILE`, or to - (standard output) (default "+DefaultReport+")", "Page")
	}, force(&r.Force, "overwrite a file that is no report"), func(s *set) {
		s.text(&r.Compare, "compare", "show what changes in a cluster that runs this bundle: a DIR, oci://HOST/REPOSITORY, git:REVISION:PATH or a RECIPE, as `OLD` of aicr diff", "Compare")
		s.toggle(&r.WithImages, "images", "list the container images, too; charts that the bundle does not hold are pulled", "WithImages")
		s.format(format)
	})
	r.addSource(cmd)
	add(cmd, "Charts, for --images", charts(&r.ChartPull), rewrite(&r.RegistryRewrite))
	complete(cmd, "output", []string{"html"}, cobra.ShellCompDirectiveFilterFileExt)
	first(cmd, "output", "images", "set", "data", "order", "format")
}

// ReportOptions are the options of the library.
func (r *Report) ReportOptions(source string) aicr.ReportOptions {
	o := aicr.ReportOptions{Source: source, Page: r.Page, Compare: r.Compare, WithImages: r.WithImages, BundleOptions: r.BundleOptions}
	switch o.Page {
	case "":
		o.Page = DefaultReport
	case "-":
		o.Page = ""
	}
	return o
}
