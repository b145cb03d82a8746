// Package kubeschema judges Flux objects as the API server does that has the CRDs of a line of Flux
// versions: fields that the schema does not have, the structural schema, list keys, and the CEL
// rules.
//
// It is the step between the CRDs of Flux, which are generated into crds, and what judges a bundle
// (pkg/verify). Nothing is parsed or compiled before the first object of a kind asks for it, and
// then once in a process.
package kubeschema
