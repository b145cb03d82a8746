package aicr

import "github.com/aicr-flux/aicr/internal/datasource"

// ProveFlux is for tests that give it what no recipe should ever become.
var ProveFlux = proveFlux

// FetchData lets a run fetch data from the servers of a test.
func FetchData(o *BundleOptions, from datasource.Options) { o.data = from }
