package proof

import "embed"

//go:generate crds/generate.sh

// crdFiles holds the CRDs of the Flux kinds that a bundle may contain; crds/README.md says which versions.
//
//go:embed crds/*.yaml
var crdFiles embed.FS
