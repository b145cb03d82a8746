package verify

// Needs is what a bundle wants of the cluster that it goes to.
type Needs struct {
	// FluxVersion is the lowest version line of Flux that has all that the bundle
	// uses.
	FluxVersion string `json:"fluxVersion"`
	// Controllers are the Flux controllers that must run, sorted.
	Controllers []string `json:"controllers"`
	// FeatureGates are "controller: Gate=true", sorted.
	FeatureGates []string `json:"featureGates,omitempty"`
	// Objects are what the bundle refers to and the cluster must have: Secrets,
	// service accounts, the source of the bundle.
	Objects []string `json:"objects,omitempty"`
}

func needs(*scene) Needs { return Needs{} }
