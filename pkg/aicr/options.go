package aicr

import (
	"io"

	"github.com/aicr-flux/aicr/internal/datasource"
	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// BundleOptions say what Bundle makes. Only Recipe is required.
type BundleOptions struct {
	// Options say how the releases look.
	deployer.Options
	// Publish counts where Output begins with oci://, but for its Sync, which is a file in either
	// case.
	Publish

	// Recipe is a file, an http(s) URL, or "-" for Stdin.
	Recipe string `record:"-"` // it has a place of its own in the record
	// Stdin is read for the recipe "-"; nil means os.Stdin.
	Stdin io.Reader `record:"-"`
	// Data are where the registry and the files of components are looked up, the strongest first,
	// before the directory of the recipe. Each is a directory; an archive, which is a .tar.gz at a
	// path or an https:// URL; github:OWNER/REPO@REF, with //DIR for a directory of the repository;
	// or oci://HOST/REPOSITORY@sha256:…. An archive, and the archive of a repository, is looked at
	// in its directory "recipes" where it has one; #sha256:… at the end refuses any other archive.
	Data []string `record:"-"`
	// Strict makes errors of two kinds of warnings: unknown keys of the recipe, and options that
	// differ from those of the bundle that is there.
	Strict bool `record:"-"`
	// RegistryRewrite sends chart repositories to a mirror: OLD=NEW, both the beginnings of URLs;
	// see recipe.ParseRewrites.
	RegistryRewrite []string

	// Output is the directory to write (default: config.DefaultOutput), or
	// oci://HOST/REPOSITORY[:TAG] to publish.
	Output string `record:"-"`
	// Deployer is the name of the GitOps tool, one of Deployers (default: "flux").
	Deployer string
	// DryRun stores nothing, and only says what would be stored.
	DryRun bool `record:"-"`
	// Force overwrites files that were edited or that are not the bundle's own, and moves a tag
	// that points to other content.
	Force bool `record:"-"`
	// Reinstall writes over a bundle in which Helm calls the releases otherwise, or keeps them
	// elsewhere: Flux uninstalls them first.
	Reinstall bool `record:"-"`

	// Set sets values, one after the other, stronger than the recipe's and weaker than Scheduling.
	// The path "enabled" with a boolean switches the component.
	Set []Assignment
	// SetFile, SetTextFile and SetJSON set values after everything else, in that order: SetFile to
	// what the YAML or JSON file holds that Value names, SetTextFile to the text of that file, SetJSON
	// to any value. A map merges with the map that is there.
	SetFile, SetTextFile, SetJSON []Assignment
	// DynamicValues maps a component to paths of values that are to be edited in each cluster.
	DynamicValues map[string][]string
	// SecretValues are values that Secrets of the cluster give, so that they stand nowhere else.
	SecretValues []SecretValue
	// SubstitutedValues maps a component to paths of values below which ${NAME} and ${NAME:=default}
	// stay, for the Flux Kustomization that applies the bundle to fill in (postBuild). Everywhere else
	// such text reaches the cluster as it stands.
	SubstitutedValues map[string][]string
	Scheduling        Scheduling `record:"inline"`

	// ChartPull says how charts are pulled, and ChartProgress is told how it goes on, by several
	// goroutines at once. A Puller replaces both.
	ChartPull     config.ChartPull         `record:"-"`
	ChartProgress func(chartpull.Progress) `record:"-"`
	Puller        localformat.ChartPuller  `record:"-"`
	// Renderer reads the charts against which paths of values are held, and for Images renders
	// them; nil means that the charts are trusted.
	Renderer Renderer `record:"-"`
	// KubeVersion is the version of Kubernetes that the bundle is verified against; see
	// verify.Options.
	KubeVersion string `record:"-"`
	// CheckCharts verifies the bundle with all its charts before it is stored; those that it does not
	// hold are pulled for that.
	CheckCharts bool `record:"-"`
	// VerifyProvenance is the provenance.yaml of an earlier bundle, whose charts the new one must
	// have.
	VerifyProvenance string `record:"-"`

	// repeats is the bundle whose options Again took up, and bundled says that its recipe.yaml is
	// the recipe.
	repeats string
	bundled bool
	// data is how data are fetched; it is for tests, which have servers of their own.
	data datasource.Options
	// unfollowed is the rule by which git ignores the output, so that nothing follows from where it
	// lies.
	unfollowed string
}

// Assignment sets a value of a component.
type Assignment struct {
	// Component is the component's name, or another one that the registry has.
	Component string
	// Path is the way to the value: keys joined by dots, with \. for a dot in a key.
	Path  string
	Value any
	// Verbatim says that a text is meant as it stands. Otherwise a text that looks like a list, a
	// null or a second assignment is warned of.
	Verbatim bool
	// From is what messages call the assignment, such as the flag that it comes from; empty means
	// the field that has it.
	From string `record:"-"`
}

// SecretValue is a value of a component that a Secret of the cluster gives.
type SecretValue struct {
	// Component and From are those of an Assignment.
	Component string
	From      string `record:"-"`
	deployer.SecretValue
}

// Publish says what is published, where, and what is written about it.
type Publish struct {
	// Registry says how to reach the registry, and whom to tell how it goes on.
	Registry oci.Connection `record:"-"`
	// Tags are set besides the reference's own.
	Tags []string `record:"-"`
	// SourceURL and Revision say in the artifact what it was made from.
	SourceURL, Revision string `record:"-"`
	// ImageRefs is a file to which the references with their digest are written.
	ImageRefs string `record:"-"`
	// Sync is the way into a cluster, which is written where it has a File.
	Sync Sync `record:"below"`
}

// Sync is a file with the objects that bring a bundle into a cluster.
type Sync struct {
	File string
	// Ref is how the source picks the artifact: "digest" (the default), "tag", or "semver", which
	// is this version or a newer one.
	Ref string
	// Secret, Provider and Verify are those of deployer.Sync.
	Secret, Provider string
	Verify           deployer.Verify `record:"below"`
	// Substitute are values that the Kustomization gives to variables of the bundle, and SubstituteFrom
	// what in the cluster has some, as ConfigMap/NAME or Secret/NAME; see SubstitutedValues.
	Substitute     map[string]string
	SubstituteFrom []string
}
