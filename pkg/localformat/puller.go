package localformat

import "context"

// ChartPuller fetches the bytes of an upstream chart, to be vendored into a bundle.
type ChartPuller interface {
	// Pull returns the packed chart (.tgz), a record of where it came from, and the file name that
	// it gets in charts/. Its errors say which chart or which repository they are about, for its
	// callers do not.
	Pull(ctx context.Context, c Component) (tgz []byte, rec VendorRecord, tarball string, err error)
}

// Component says which chart to pull for which component.
type Component struct {
	Name      string // the component
	Namespace string // its target namespace

	Repository string // the chart repository's URL in its normal form
	ChartName  string
	Version    string // as Flux would ask for it
	IsOCI      bool   // the repository is an OCI registry
}

// VendorRecord says where a vendored chart came from; it becomes an entry of provenance.yaml.
type VendorRecord struct {
	Name          string `json:"name"`
	Chart         string `json:"chart"`
	Version       string `json:"version"`
	Repository    string `json:"repository"`
	SHA256        string `json:"sha256"`
	TarballName   string `json:"tarballName"`
	PullerVersion string `json:"pullerVersion"`
}
