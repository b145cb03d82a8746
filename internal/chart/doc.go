// Package chart is a chart as helm-controller sees it: packed as Flux packs it, loaded, rendered
// with a release's name, namespace and values, and linted, without a cluster or a network.
//
//	FromBundle, FromDir ─► Package ─► Load ─► Loaded ─► Install ─► []Manifest
//	                                                └─► Lint    ─► []Message
//
// What Helm can do is left to Helm's own loader, engine and lint rules. They follow a chart
// wherever it leads: one that is written to run for ever, or to take all memory, does. So only
// Package is for the program itself; what loads and renders runs where internal/render says, in a
// process that may be ended.
package chart
