package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

func newImagesCmd(p *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "images DIR|oci://HOST/REPOSITORY[:TAG][@DIGEST]|RECIPE",
		Short: "List the container images that a bundle needs",
		Long: `images renders every chart of a bundle with the values of its release, as Flux
would, and lists the container images of what comes out. A recipe is bundled in
memory first. Charts that the bundle does not hold are pulled into the cache.

The containers' images are certain. Images that an operator pulls later are
found in its custom resources, environment and arguments, and, marked "values",
in values that have repository, image and version side by side. What a custom
resource switches off is marked "disabled". Where an operator completes a tag,
the image has none, and the line says so; --node-os completes those of drivers.

Each line is an image, the releases that need it, and marks. The formats list,
hauler and zarf hold only what is pulled for sure, and a warning names what a
mirror needs besides.`,
		Example: `  aicr images bundle
  aicr images recipe.yaml --set gpu-operator:driver.version=580.82.07

  # With the charts, for Hauler
  aicr images recipe.yaml --node-os ubuntu24.04 --format hauler > hauler.yaml

  # Into a mirror
  aicr images oci://ghcr.io/org/bundle:v1 --format list |
    while read -r image; do
      to=$(echo "$image" | sed 's|:\([0-9]*/\)|-\1|')
      crane copy "$image" "mirror.internal/$to"
    done`,
		Args:              arguments("DIR, oci://HOST/REPOSITORY or RECIPE"),
		ValidArgsFunction: option.Places(option.Recipes),
	}
	var flags option.Images
	var format string
	option.AddImages(cmd, &flags, &format)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := flags.Fill(cmd.Context(), cmd.Flags()); err != nil {
			return err
		}
		if err := option.CheckSource(cmd.Flags(), args[0], ""); err != nil {
			return &usageError{cmd.CommandPath(), err}
		}
		o := aicr.ImagesOptions{Source: args[0], BundleOptions: flags.BundleOptions, KubeVersion: flags.KubeVersion, APIVersions: flags.APIVersions, NodeOS: flags.NodeOS}
		sandbox := aicr.NewSandbox()
		defer sandbox.Close()
		o.Renderer = sandbox
		progress := p.Progress()
		o.Version, o.Stdin, o.Registry.Progress, o.ChartProgress = Version(), cmd.InOrStdin(), progress.Show, progress.Chart
		report, err := aicr.Images(cmd.Context(), o)
		progress.Clear()
		if err != nil {
			return err
		}
		report.Warnings = slices.Insert(report.Warnings, 0, flags.Warnings...)
		return p.Images(report, format)
	}
	return cmd
}
