// Package startup keeps the garbage collector out of the way while the packages
// of the program are initialised. Only cmd/aicr imports it.
//
// Helm, the CRD validator and the schema library fill tables of some 10 MB
// before main begins, none of which is ever garbage; collecting in between costs
// a quarter of every start. Go initialises packages that wait for no other in the
// order of their import paths, so this one comes before the large ones. It is the
// one place where importing a package does something; main sets the collector to
// what a run needs.
package startup

import "runtime/debug"

var _ = debug.SetGCPercent(-1)
