package aicr

// ownsCRDs says of each component whether the registry calls it the owner of its CRDs; nil where the
// registry knows of no owners at all.
func (r *resolver) ownsCRDs() map[string]bool {
	if !r.registry.KnowsOwners() {
		return nil
	}
	owns := make(map[string]bool, len(r.names))
	for _, name := range r.names {
		owner := r.registry.Entry(name).OwnsCRDs
		owns[name] = owner != nil && *owner
	}
	return owns
}
