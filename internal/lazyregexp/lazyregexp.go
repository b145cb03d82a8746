// Package lazyregexp compiles regular expressions when they are first asked for:
// few runs need any one of them, and what is compiled while packages are
// initialised, everybody waits for.
package lazyregexp

import (
	"regexp"
	"sync"
)

// New returns what returns the compiled expression, which panics where it is
// none. Many goroutines may call it.
func New(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
