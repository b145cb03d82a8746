// Package startup makes use of the time in which Go initialises the packages of
// the program: two thirds of a run of "aicr bundle", on one processor. Only
// cmd/aicr imports it.
//
// Helm, the CRD validator and the schema library fill tables of some 10 MB
// before main begins, none of which is ever garbage; collecting in between costs
// a quarter of every start, so the garbage collector is kept out until main sets
// it to what a run needs. And the other processor is idle meanwhile: for a bundle
// it parses the recipe and the registry that the command line names (see ahead),
// and for other commands nobody wakes it up in vain.
//
// Go initialises packages that wait for no other in the order of their import
// paths, so this one comes before the large ones. It is the one place where
// importing a package does something.
package startup

import (
	"os"
	"runtime"
	"runtime/debug"

	"github.com/aicr-flux/aicr/internal/document"
)

// processors is how many there are to use.
var processors = start(os.Args)

func start(args []string) int {
	debug.SetGCPercent(-1)
	if len(args) < 2 || args[1] != "bundle" {
		return runtime.GOMAXPROCS(1)
	}
	go func() {
		// What is wrong with a file is found, and said, where it is used.
		defer func() { _ = recover() }()
		ahead(args[2:], document.Ahead)
	}()
	return runtime.GOMAXPROCS(0)
}

// End gives main all processors. It leaves the garbage collector to main.
func End() { runtime.GOMAXPROCS(processors) }
