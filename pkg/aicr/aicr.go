// Package aicr does what the program does, one call a verb: Bundle, Push, Pull, Verify, Images,
// Plan, Diff and Init. It neither parses flags nor prints.
//
// It is the last room before the command line, and only ties the others together: it finds the
// data, resolves the values and manifests of a recipe, applies the rules that some components have,
// hands the result to a deployer, and stores what comes back in a directory or a registry.
//
//	data roots and registry                    roots.go
//	values and manifests of each component     resolver.go, layers.go, assignments.go
//	where pods may run                         scheduling.go, placement.go
//	rules of certain components                rules.go
//	the deployers                              deployers.go
//	charts inside the bundle, and their lock   charts.go
//	into a registry                            publish.go
//	into a cluster                             sync.go
//
// Messages name fields of the options in backquotes, as in "set `RepoURL`".
package aicr
