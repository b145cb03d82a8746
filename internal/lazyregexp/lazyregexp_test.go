package lazyregexp

import (
	"sync"
	"testing"
)

func TestNewCompilesOnceWhenAsked(t *testing.T) {
	digits := New(`\d+`)
	first := digits()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if got := digits().FindString("a12b"); got != "12" || digits() != first {
				t.Errorf("found %q", got)
			}
		})
	}
	all.Wait()
	bad := New(`(`)
	defer func() {
		if recover() == nil {
			t.Error("an expression that is none is taken")
		}
	}()
	bad()
}
