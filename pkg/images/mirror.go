package images

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"
)

// Pulled returns the references that are pulled for sure, sorted, and says which images a mirror
// needs besides, because the bundle does not tell their tags.
func (r Report) Pulled() (references, left []string) {
	for _, image := range r.Images {
		switch {
		case image.Source != SourceManifest:
		case image.TagUnknown:
			text := fmt.Sprintf("%s of %s is left out, because its tag is not known: %s", image.Reference, strings.Join(image.Releases, ", "), image.Note)
			if image.ofNode {
				text += "; complete it with `NodeOS`"
			}
			left = append(left, text)
		default:
			references = append(references, image.Reference)
		}
	}
	return references, left
}

// object is one document of a mirror's configuration.
type object struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   metadata       `json:"metadata"`
	Spec       map[string]any `json:"spec,omitempty"`
	Components []component    `json:"components,omitempty"`
}

type metadata struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// Hauler returns what "hauler store sync --filename" reads: the images that are pulled for sure, and
// the charts.
func (r Report) Hauler() ([]byte, error) {
	type named struct {
		Name    string `json:"name"`
		RepoURL string `json:"repoURL,omitempty"`
		Version string `json:"version,omitempty"`
	}
	images, charts := []named{}, []named{}
	references, _ := r.Pulled()
	for _, reference := range references {
		images = append(images, named{Name: reference})
	}
	for _, chart := range r.Charts {
		charts = append(charts, named{chart.Name, chart.Repository, chart.Version})
	}
	const apiVersion = "content.hauler.cattle.io/v1"
	all := []object{{APIVersion: apiVersion, Kind: "Images", Metadata: metadata{Name: "images"}, Spec: map[string]any{"images": images}}}
	if len(charts) > 0 {
		all = append(all, object{APIVersion: apiVersion, Kind: "Charts", Metadata: metadata{Name: "charts"}, Spec: map[string]any{"charts": charts}})
	}
	return documentsOf(all)
}

// component is one of a Zarf package.
type component struct {
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Required    bool        `json:"required,omitempty"`
	Images      []string    `json:"images,omitempty"`
	Charts      []zarfChart `json:"charts,omitempty"`
}

type zarfChart struct {
	Name        string `json:"name"`
	URL         string `json:"url"`
	RepoName    string `json:"repoName,omitempty"`
	Version     string `json:"version"`
	Namespace   string `json:"namespace"`
	ReleaseName string `json:"releaseName"`
}

// Zarf returns a zarf.yaml: one component with the images that are pulled for sure, and one with the
// charts that nobody has to deploy, because Zarf would install them where Flux does.
func (r Report) Zarf() ([]byte, error) {
	images := component{Name: "images", Description: "The container images of the bundle", Required: true}
	images.Images, _ = r.Pulled()
	all := object{
		APIVersion: "zarf.dev/v1alpha1", Kind: "ZarfPackageConfig", Components: []component{images},
		Metadata: metadata{Name: "aicr-bundle", Description: "What a Flux bundle needs in a cluster without a network"},
	}
	charts := component{Name: "charts", Description: "The charts of the bundle, which Flux installs: not to be deployed beside it"}
	taken := map[string]bool{}
	for _, chart := range r.Charts {
		for _, install := range chart.Installs {
			name := zarfName(install.Name)
			if taken[name] {
				name = zarfName(install.Namespace + "-" + install.Name)
			}
			taken[name] = true
			z := zarfChart{Name: name, URL: chart.Repository, RepoName: chart.Name, Version: chart.Version, Namespace: install.Namespace, ReleaseName: install.ReleaseName}
			if strings.HasPrefix(z.URL, "oci://") {
				z.URL, z.RepoName = z.URL+"/"+chart.Name, ""
			}
			charts.Charts = append(charts.Charts, z)
		}
	}
	if len(charts.Charts) > 0 {
		all.Components = append(all.Components, charts)
	}
	return documentsOf([]object{all})
}

// zarfName shortens a name to the 40 characters that Zarf takes.
func zarfName(name string) string {
	const most, hash = 40, 8
	if len(name) <= most {
		return name
	}
	return fmt.Sprintf("%s-%x", name[:most-hash-1], sha256.Sum256([]byte(name)))[:most]
}

func documentsOf(all []object) ([]byte, error) {
	var text []byte
	for i, o := range all {
		data, err := yaml.Marshal(o)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			text = append(text, "---\n"...)
		}
		text = append(text, data...)
	}
	return text, nil
}
