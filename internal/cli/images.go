package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/bundler"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/images"
)

func newImagesCmd(s streams) *cobra.Command {
	var o bundler.ImagesOptions
	var file, format string
	cmd := &cobra.Command{
		Use:   "images DIR|oci://HOST/REPOSITORY[:TAG][@DIGEST]|RECIPE",
		Short: "List the container images that a bundle needs",
		Long: `images renders every chart of a bundle with the values of its release, as Flux
would, and lists the container images of what comes out. A recipe is bundled in
memory first. Charts that the bundle does not hold are pulled into the cache.

The containers' images are certain. Images that an operator pulls later are
found in its custom resources, environment and arguments, and, marked "values",
in values that have repository, image and version side by side. What a custom
resource switches off is marked "disabled". An operator may add to a tag, or
have images in its program, which no list can know.

Each line is an image, the releases that need it, and marks.`,
		Example: `  aicr images bundle
  aicr images recipe.yaml --set gpuoperator:driver.version=580.82.07

  # Into a mirror
  for image in $(aicr images oci://ghcr.io/org/bundle:v1 --format list); do
    crane copy "$image" "mirror.internal/${image#*/}"
  done`,
		Args: oneArgument("DIR, oci://HOST/REPOSITORY or RECIPE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			given := o
			if file != "" {
				fromFile, err := config.ReadFile(file)
				if err != nil {
					return err
				}
				given.Options = config.Merge(fromFile, o.Options, cmd.Flags().Changed)
			}
			if cmd.Flags().Changed("jobs") && o.Jobs < 1 {
				return usageErrorf(cmd, "--jobs %d: charts are pulled by at least one job", o.Jobs)
			}
			if err := checkSource(cmd, args[0]); err != nil {
				return err
			}
			progress := newProgress(s.err)
			processes := render.NewProcesses(render.Limits{})
			defer processes.Close()
			b := &bundler.Bundler{Version: Version(), Renderer: processes, Stdin: s.in, Progress: progress.show, ChartProgress: progress.chart}
			report, err := b.Images(cmd.Context(), args[0], given)
			progress.clear()
			if err != nil {
				return err
			}
			return printImages(s, report, format)
		},
	}
	cmd.Flags().SortFlags = false
	addGroup(cmd, "Output", func(f *pflag.FlagSet) {
		addChoice(f, &format, "format", "how to print the images (default text); list: references, one a line, and nothing else", "text", "list", "json", "yaml")
	})
	addGroup(cmd, recipeGroup, func(f *pflag.FlagSet) {
		addInputFlags(f, &o.Options, &file)
		addValueFlags(f, &o.Options)
		addRewriteFlag(f, &o.Options)
	})
	addGroup(cmd, "The cluster", func(f *pflag.FlagSet) {
		f.StringVar(&o.KubeVersion, "kube-version", "", "tell the charts that the cluster has this `VERSION` of Kubernetes (default "+chart.DefaultKubeVersion+")")
		f.Var(newList(&o.APIVersions, "GROUP/VERSION"), "api-version", "tell the charts that the cluster has this API, or GROUP/VERSION/KIND; repeatable")
	})
	addGroup(cmd, "Charts", func(f *pflag.FlagSet) { addChartFlags(f, &o.ChartPull) })
	addGroup(cmd, registryGroup, func(f *pflag.FlagSet) { addConnectionFlags(f, &o.Publish) })
	complete(cmd, "data", nil, cobra.ShellCompDirectiveFilterDirs)
	complete(cmd, "config", []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
	return cmd
}

// The groups of flags that count for one kind of source only.
const (
	recipeGroup   = "A recipe"
	registryGroup = "Registry of the bundle"
)

// checkSource refuses flags that would change nothing for the source. A config file may be made for many.
func checkSource(cmd *cobra.Command, source string) error {
	if source == "" {
		return usageErrorf(cmd, "the source is empty; name a DIR, oci://HOST/REPOSITORY or a RECIPE")
	}
	kind := bundler.SourceOf(source)
	var problems []error
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		switch group := flag.Annotations[groupKey]; {
		case slices.Contains(group, recipeGroup) && kind != bundler.SourceRecipe && flag.Name != "config":
			problems = append(problems, usageErrorf(cmd, "--%s is for a recipe, and %s is a bundle; name the recipe, or generate the bundle with --%s", flag.Name, source, flag.Name))
		case slices.Contains(group, registryGroup) && kind != bundler.SourceArtifact:
			problems = append(problems, usageErrorf(cmd, "--%s is for a bundle in a registry, oci://, and %s is none; about charts there are --chart-ca-file and --chart-plain-http", flag.Name, source))
		}
	})
	return errors.Join(problems...)
}

// printImages prints the images to standard output, and why some may be missing to standard error.
func printImages(s streams, report images.Report, format string) error {
	printNotes(s, report.Warnings, nil)
	switch format {
	case "json":
		return printJSON(s.out, report)
	case "yaml":
		data, err := yaml.Marshal(report)
		if err != nil {
			return errors.In(err, "result")
		}
		return printText(s.out, string(data))
	case "list":
		var b strings.Builder
		for _, image := range report.Images {
			b.WriteString(image.Reference + "\n")
		}
		return printText(s.out, b.String())
	}
	return printText(s.out, imageTable(report.Images))
}

// imageTable has no line of headings, so that the first column is nothing but references.
func imageTable(list []images.Image) string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, image := range list {
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\n", image.Reference, strings.Join(image.Releases, ", "), imageMarks(image))
	}
	_ = t.Flush()
	return trailingSpaces.ReplaceAllString(b.String(), "\n")
}

var trailingSpaces = regexp.MustCompile(` *\n`)

func imageMarks(image images.Image) string {
	var marks []string
	if image.Pinned {
		marks = append(marks, "pinned by digest")
	}
	if image.Untagged {
		marks = append(marks, "written without a tag")
	}
	if image.Source != images.SourceManifest {
		marks = append(marks, string(image.Source)+": may not be used")
	}
	return strings.Join(marks, "; ")
}
