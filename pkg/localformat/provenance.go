package localformat

import (
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// ProvenanceFile is the bundle's record of vendored charts.
const ProvenanceFile = "provenance.yaml"

// Provenance lists the vendored charts of a bundle.
type Provenance struct {
	APIVersion     string         `json:"apiVersion"`
	Kind           string         `json:"kind"`
	VendoredCharts []VendorRecord `json:"vendoredCharts"`
}

// NewProvenance returns the provenance of the charts, sorted by name.
func NewProvenance(records []VendorRecord) Provenance {
	sorted := slices.SortedFunc(slices.Values(records), func(a, b VendorRecord) int { return strings.Compare(a.Name, b.Name) })
	return Provenance{APIVersion: config.APIVersion, Kind: "BundleProvenance", VendoredCharts: sorted}
}

// Check refuses a document that is no provenance, or one of a version that is unknown here.
func (p Provenance) Check() error {
	want := NewProvenance(nil)
	if !slices.Contains([]string{want.APIVersion, config.APIVersionBefore}, p.APIVersion) || p.Kind != want.Kind {
		return errors.Invalid("it has apiVersion %.50q and kind %.50q, and %s and %s are expected", p.APIVersion, p.Kind, want.APIVersion, want.Kind)
	}
	return nil
}

// YAML returns the document, with the line that says that it is generated.
func (p Provenance) YAML() ([]byte, error) {
	body, err := yaml.Marshal(p)
	return append([]byte(config.GeneratedComment+"\n"), body...), err
}
