package flux

import (
	"io"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Facts are what a bundle's files say about how it reaches a cluster.
type Facts struct {
	// Version is that of the program that made the bundle, if it says.
	Version string
	// Mode is ModeGit or ModeOCI, or empty where the bundle does not say.
	Mode string
	// Namespace is where the Flux objects live; empty where there are none.
	Namespace string
	// OCISourceName is the OCIRepository that the bundle comes from; empty in
	// Git mode, and where neither the root file nor a local chart names it.
	OCISourceName string
	// LocalCharts says that some charts come out of the artifact.
	LocalCharts bool
	// GitReleases are the releases whose charts come from a GitRepository,
	// sorted. Flux cannot install them from an artifact.
	GitReleases []string
}

// Inspect reads the facts from a bundle's HelmReleases, ArtifactGenerators and
// root file.
func Inspect(files *bundle.Files) (Facts, error) {
	var f Facts
	var problems []error
	for file := range files.All() {
		name := file.Path
		if !hasFacts(name) {
			continue
		}
		o, err := readObject(file)
		if err != nil {
			problems = append(problems, errors.In(err, "file %q", name))
			continue
		}
		if name == RootFile {
			f.Version, f.Mode = o.Metadata.Annotations[versionAnnotation], o.Metadata.Annotations[modeAnnotation]
			problems = append(problems, f.comesFrom(name, o.Metadata.Annotations[sourceAnnotation]))
			continue
		}
		f.Namespace = o.Metadata.Namespace
		if o.Spec.Chart.Spec.SourceRef.Kind == "GitRepository" {
			f.GitReleases = append(f.GitReleases, o.Metadata.Name)
		}
		for _, s := range o.Spec.Sources {
			f.LocalCharts = true
			problems = append(problems, f.comesFrom(name, s.Name))
		}
	}
	slices.Sort(f.GitReleases)
	return f, errors.Join(problems...)
}

// comesFrom notes the OCIRepository that a file names.
func (f *Facts) comesFrom(file, source string) error {
	if source != "" && f.OCISourceName != "" && source != f.OCISourceName {
		return errors.Invalid("file %q: the source %q differs from %q elsewhere; a bundle has one", file, source, f.OCISourceName)
	}
	if source != "" {
		f.OCISourceName = source
	}
	return nil
}

// The annotations by which the root file says how the bundle was made.
const (
	modeAnnotation    = "aicr.run/mode"
	sourceAnnotation  = "aicr.run/oci-source"
	versionAnnotation = "aicr.run/version"
)

// hasFacts reports whether Inspect reads the file; the files of charts lie
// deeper.
func hasFacts(name string) bool {
	dir, base := path.Split(name)
	return name == RootFile || strings.Count(dir, "/") == 1 && (base == "helmrelease.yaml" || base == "artifactgenerator.yaml")
}

func readObject(file bundle.File) (*fluxObject, error) {
	content, err := file.Reader()
	if err != nil {
		return nil, err
	}
	defer content.Close()
	data, err := io.ReadAll(content)
	if err != nil {
		return nil, err
	}
	var o fluxObject
	if err := yaml.Unmarshal(data, &o); err != nil {
		return nil, errors.Wrap(errors.ErrCodeInvalidRequest, err, "it is not the YAML of a Flux object")
	}
	return &o, nil
}

// fluxObject is the part of Flux objects that Inspect reads.
type fluxObject struct {
	Metadata struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`

		Annotations map[string]string `json:"annotations"`
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
