// Package parallel does independent work side by side. It stands below every room that has many
// files, releases or charts to look at.
package parallel

import (
	"runtime"

	"golang.org/x/sync/errgroup"
)

// Each calls do with every number below n, on as many goroutines as the program has processors, and
// returns when all calls have.
func Each(n int, do func(i int)) { Limited(runtime.GOMAXPROCS(0), n, do) }

// Limited is Each on no more than limit goroutines; a limit below 1 is 1.
func Limited(limit, n int, do func(i int)) {
	var group errgroup.Group
	group.SetLimit(max(limit, 1))
	for i := range n {
		group.Go(func() error {
			do(i)
			return nil
		})
	}
	_ = group.Wait()
}
