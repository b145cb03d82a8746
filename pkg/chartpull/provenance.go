package chartpull

import (
	"strings"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// VerifyProvenance compares the charts of this run with an earlier bundle's provenance.yaml, which
// is their lock: each must be in it, by its component's name, with the same digest. Charts that
// only the earlier bundle had do not matter.
//
// Another document is ErrCodeInvalidRequest; charts that differ are ErrCodeUnauthorized, the code
// of a failed verification, and all of them are named.
func VerifyProvenance(earlier []byte, records []localformat.VendorRecord) error {
	var lock localformat.Provenance
	if err := yamldoc.Unmarshal(earlier, &lock, yamldoc.Options{}); err != nil {
		return errors.Invalid("the earlier provenance cannot be read: %s; use a bundle's %s", registryhttp.Clean(err.Error()), localformat.ProvenanceFile)
	}
	if err := lock.Check(); err != nil {
		return errors.Invalid("the earlier provenance cannot be read: %s; use a bundle's %s", err, localformat.ProvenanceFile)
	}
	locked := map[string]localformat.VendorRecord{}
	for _, r := range lock.VendoredCharts {
		if _, twice := locked[r.Name]; twice || !isDigest(r.SHA256) {
			return errors.Invalid("the earlier provenance lists %.100q twice or without a SHA-256; use a bundle's own %s", r.Name, localformat.ProvenanceFile)
		}
		locked[r.Name] = r
	}
	var problems []error
	for _, now := range localformat.NewProvenance(records).VendoredCharts {
		switch was, ok := locked[now.Name]; {
		case !ok:
			problems = append(problems, errors.New(errors.ErrCodeUnauthorized,
				"component %q: its chart %s %s is not in the earlier provenance, so it cannot be verified", now.Name, now.Chart, now.Version))
		case !strings.EqualFold(was.SHA256, now.SHA256):
			problems = append(problems, errors.New(errors.ErrCodeUnauthorized,
				"component %q: chart %s %s of %s has SHA-256 %s, and the earlier provenance says %s for %s %s of %s; find out who changed it, or unset `VerifyProvenance` if the change is wanted",
				now.Name, now.Chart, now.Version, now.Repository, now.SHA256, was.SHA256, was.Chart, was.Version, was.Repository))
		}
	}
	return errors.Join(problems...)
}
