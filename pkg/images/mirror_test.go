package images

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// mirrored is a report with all that a mirror's manifest may have to say.
func mirrored() Report {
	long := strings.Repeat("long-", 9) + "name"
	return Report{
		Images: []Image{
			{Reference: "docker.io/library/busybox:latest", Source: SourceManifest, Untagged: true},
			{Reference: "nvcr.io/nvidia/driver", Source: SourceManifest, TagUnknown: true, Releases: []string{"operator"}, Note: "580-OS", ofNode: true},
			{Reference: "nvcr.io/nvidia/gdrdrv", Source: SourceDisabled, TagUnknown: true},
			{Reference: "nvcr.io/nvidia/off:1", Source: SourceDisabled},
			{Reference: "nvcr.io/nvidia/vgpu:17", Source: SourceValues},
			{Reference: "registry.internal:5000/org/web:1@sha256:1111111111111111111111111111111111111111111111111111111111111111", Source: SourceManifest, Pinned: true},
		},
		Charts: []Chart{
			{Name: "operator", Repository: "https://charts.example.com:8443/x", Version: "v1.2.3", Installs: []Install{{"operator", "operator", "gpu"}}},
			{Name: "web", Repository: "oci://registry.internal:5000/charts", Version: "1.0.0", Installs: []Install{{"web", "web", "a"}, {"web", "web", "b"}, {long, "w", "c"}}},
		},
	}
}

func TestOnlyWhatIsPulledIsInAList(t *testing.T) {
	references, left := mirrored().Pulled()
	want := []string{"docker.io/library/busybox:latest", "registry.internal:5000/org/web:1@sha256:1111111111111111111111111111111111111111111111111111111111111111"}
	if diff := cmp.Diff(want, references); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"nvcr.io/nvidia/driver of operator is left out, because its tag is not known: 580-OS; complete it with `NodeOS`"}, left); diff != "" {
		t.Error(diff)
	}
}

// The structs are as hauler's pkg/apis/hauler.cattle.io/v1 has them.
func TestHauler(t *testing.T) {
	data, err := mirrored().Hauler()
	if err != nil {
		t.Fatal(err)
	}
	type entry struct {
		Name    string `json:"name"`
		RepoURL string `json:"repoURL"`
		Version string `json:"version"`
	}
	type document struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct {
			Name string `json:"name"`
		} `json:"metadata"`
		Spec struct {
			Images []entry `json:"images"`
			Charts []entry `json:"charts"`
		} `json:"spec"`
	}
	var got []document
	for text := range strings.SplitSeq(string(data), "---\n") {
		var d document
		if err := yaml.UnmarshalStrict([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		if d.APIVersion != "content.hauler.cattle.io/v1" || d.Metadata.Name == "" {
			t.Errorf("%+v", d)
		}
		got = append(got, d)
	}
	if len(got) != 2 || got[0].Kind != "Images" || len(got[0].Spec.Images) != 2 || got[1].Kind != "Charts" {
		t.Fatalf("%+v", got)
	}
	want := []entry{{"operator", "https://charts.example.com:8443/x", "v1.2.3"}, {"web", "oci://registry.internal:5000/charts", "1.0.0"}}
	if diff := cmp.Diff(want, got[1].Spec.Charts); diff != "" {
		t.Error(diff)
	}
	if data, err := (Report{}).Hauler(); err != nil || strings.Contains(string(data), "null") {
		t.Errorf("%s %v", data, err)
	}
}

// What Zarf checks is in its src/internal/api/v1alpha1/validate.go: names that are unique and short.
func TestZarf(t *testing.T) {
	data, err := mirrored().Zarf()
	if err != nil {
		t.Fatal(err)
	}
	var got object
	if err := yaml.UnmarshalStrict(data, &got); err != nil {
		t.Fatal(err)
	}
	if got.APIVersion != "zarf.dev/v1alpha1" || got.Kind != "ZarfPackageConfig" || len(got.Components) != 2 || !got.Components[0].Required || got.Components[1].Required {
		t.Fatalf("%+v", got)
	}
	charts := got.Components[1].Charts
	names := map[string]bool{}
	for _, c := range charts {
		if names[c.Name] || len(c.Name) > 40 || c.Namespace == "" || c.Version == "" {
			t.Errorf("%+v", c)
		}
		names[c.Name] = true
	}
	want := []zarfChart{
		{"operator", "https://charts.example.com:8443/x", "operator", "v1.2.3", "gpu", "operator"},
		{"web", "oci://registry.internal:5000/charts/web", "", "1.0.0", "a", "web"},
		{"b-web", "oci://registry.internal:5000/charts/web", "", "1.0.0", "b", "web"},
	}
	if diff := cmp.Diff(want, charts[:3]); diff != "" {
		t.Error(diff)
	}
}
