// Package parallel does independent work side by side. It stands below every room that has many
// files, releases or charts to look at.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls do with every number below n, on as many goroutines as the program has processors, and
// returns when all calls have.
//
// The goroutines are few and long-lived on purpose: parsing and rendering recurse deeply, and a
// goroutine for each number would grow its stack anew each time.
func Each(n int, do func(i int)) { Limited(runtime.GOMAXPROCS(0), n, do) }

// Limited is Each on no more than limit goroutines; a limit below 1 is 1.
func Limited(limit, n int, do func(i int)) {
	var next atomic.Int64
	work := func() {
		for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
			do(int(i))
		}
	}
	var others sync.WaitGroup
	for range min(limit, n) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}
