// Package proof judges a bundle by the field's own parts: what kustomize, the API server, source-controller,
// source-watcher and Helm would say about it, without a cluster and without a network.
//
// A bundle passes these, in this order, and every complaint of every step is collected:
//
//	Objects            kustomize builds the root kustomization; each listed file holds exactly one object
//	StrictDecode       each object decodes into its Flux API type; unknown and duplicate fields are refused
//	Schema             each object passes its CRD: pruning, defaulting, structural schema, CEL rules
//	References         each reference between objects resolves, and the order of releases has no cycle
//	RenderLocalCharts  each local chart, packed as Flux would pack it, renders with its release's values
//
// Prove runs them all and answers with an error; Check does so for a test. The package stands beside the flow of the
// program, not in it: tests and internal/proof/cmd/prove import it, cmd/aicr never does (a test sees to that).
package proof
