package flux

import (
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Facts are what a bundle's files say about how it reaches a cluster.
type Facts struct {
	// Namespace is where the Flux objects live; empty where there are none.
	Namespace string
	// OCISourceName is the OCIRepository that local charts come from; empty
	// where there are no local charts, or in Git mode.
	OCISourceName string
	// GitReleases are the releases whose charts come from a GitRepository,
	// sorted. Flux cannot install them from an artifact.
	GitReleases []string
}

// Inspect reads the facts from a bundle's HelmReleases and ArtifactGenerators.
func Inspect(files *bundle.Files) (Facts, error) {
	var f Facts
	var problems []error
	for _, name := range files.Paths() {
		switch path.Base(name) {
		case "helmrelease.yaml", "artifactgenerator.yaml":
		default:
			continue
		}
		if strings.Count(name, "/") != 1 {
			continue // a template or a file of a chart
		}
		data, _ := files.Get(name)
		var o fluxObject
		if err := yaml.Unmarshal(data, &o); err != nil {
			problems = append(problems, errors.Wrap(errors.ErrCodeInvalidRequest, err, "file %q", name))
			continue
		}
		f.Namespace = o.Metadata.Namespace
		if o.Spec.Chart.Spec.SourceRef.Kind == "GitRepository" {
			f.GitReleases = append(f.GitReleases, o.Metadata.Name)
		}
		for _, s := range o.Spec.Sources {
			if f.OCISourceName != "" && f.OCISourceName != s.Name {
				problems = append(problems, errors.Invalid("file %q: the source %q differs from %q elsewhere; a bundle has one", name, s.Name, f.OCISourceName))
			}
			f.OCISourceName = s.Name
		}
	}
	slices.Sort(f.GitReleases)
	return f, errors.Join(problems...)
}

// fluxObject is the part of Flux objects that Inspect reads.
type fluxObject struct {
	Metadata struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	Spec struct {
		Chart struct {
			Spec struct {
				SourceRef struct {
					Kind string `json:"kind"`
				} `json:"sourceRef"`
			} `json:"spec"`
		} `json:"chart"`
		Sources []struct {
			Name string `json:"name"`
		} `json:"sources"`
	} `json:"spec"`
}
