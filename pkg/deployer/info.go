package deployer

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// The files that say how a bundle was made, in AICR's formats. AICR's own tools read them.
const (
	RecipeFile = recipe.BundledFile
	InfoFile   = "bundle-info.yaml"
)

// Info is the content of bundle-info.yaml (kind: BundleInfo, aicr.run/v1). AICR reads it strictly:
// it has no other fields than these.
type Info struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		// Version is that of the program that made the bundle.
		Version string `json:"version"`
	} `json:"metadata"`
	Build  InfoBuild  `json:"build"`
	Layout InfoLayout `json:"layout"`
}

// InfoBuild says what the bundle was made of.
type InfoBuild struct {
	Deployer string `json:"deployer"`
	Recipe   struct {
		Path string `json:"path"`
		// Digest is sha256:… of the file at Path, and Version that of the AICR that resolved it.
		Digest  string `json:"digest"`
		Version string `json:"version"`
	} `json:"recipe"`
	Settings InfoSettings `json:"settings"`
}

// InfoSettings are the options that AICR's format has a place for.
type InfoSettings struct {
	Checksums      bool `json:"checksums"`
	Attested       bool `json:"attested"`
	VendorCharts   bool `json:"vendorCharts"`
	ReadinessHooks bool `json:"readinessHooks"`
	// Serial says that one component follows the other.
	Serial bool `json:"serial"`

	// Components are the names of those in the bundle, in their order in the rollout.
	Components []string `json:"components,omitempty"`
	// RepoURL and TargetRevision are those of the GitRepository that the bundle brings.
	RepoURL        string `json:"repoURL,omitempty"`
	TargetRevision string `json:"targetRevision,omitempty"`

	InfoScheduling
}

// InfoScheduling says where pods and data were placed. The values have the effect of it already.
type InfoScheduling struct {
	StorageClass       string `json:"storageClass,omitempty"`
	SharedStorageClass string `json:"sharedStorageClass,omitempty"`
	NodeScheduling     struct {
		System      InfoPlacement `json:"system,omitzero"`
		Accelerated InfoPlacement `json:"accelerated,omitzero"`
	} `json:"nodeScheduling,omitzero"`
}

// InfoPlacement is the placement of the pods of one kind of nodes.
type InfoPlacement struct {
	Selector    map[string]string `json:"selector,omitempty"`
	Tolerations []InfoToleration  `json:"tolerations,omitempty"`
}

// InfoToleration is a toleration as a pod has it.
type InfoToleration struct {
	Key      string `json:"key,omitempty"`
	Operator string `json:"operator,omitempty"`
	Value    string `json:"value,omitempty"`
	Effect   string `json:"effect,omitempty"`
}

// InfoLayout says where in the bundle things are.
type InfoLayout struct {
	// Entrypoint is the file that brings all others, Provenance that about the charts inside.
	Entrypoint string        `json:"entrypoint"`
	Provenance string        `json:"provenance,omitempty"`
	Releases   []InfoRelease `json:"releases"`
}

// InfoRelease is one release, in the order of the rollout.
type InfoRelease struct {
	Name string `json:"name"`
	// Component is the one that the release belongs to.
	Component string `json:"component"`
	Namespace string `json:"namespace"`
	// Path is the release's directory, and Manifest the file of the object that installs it.
	Path     string `json:"path"`
	Manifest string `json:"manifest"`
}

// AddInfo adds recipe.yaml, which is the part of the recipe that was bundled, and bundle-info.yaml,
// of which the caller knows the settings and the layout.
func AddInfo(files *bundle.Files, rec *recipe.RecipeResult, info Info) error {
	doc, err := rec.Bundled().YAML()
	if err != nil {
		return errors.In(err, "file %q", RecipeFile)
	}
	doc = slices.Concat([]byte(config.GeneratedComment+"\n"), doc)
	sum := sha256.Sum256(doc)
	info.APIVersion, info.Kind = "aicr.run/v1", "BundleInfo"
	info.Metadata.Version = cmp.Or(info.Metadata.Version, "dev")
	info.Build.Recipe.Path, info.Build.Recipe.Digest, info.Build.Recipe.Version = RecipeFile, "sha256:"+hex.EncodeToString(sum[:]), rec.Metadata.Version
	text, err := yaml.Marshal(info)
	if err != nil {
		return errors.In(err, "file %q", InfoFile)
	}
	return errors.Join(files.Add(RecipeFile, doc), files.Add(InfoFile, slices.Concat([]byte(config.GeneratedComment+"\n"), text)))
}
