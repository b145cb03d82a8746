package parallel

import (
	"sync/atomic"
	"testing"
)

func TestEveryNumberOnce(t *testing.T) {
	for _, limit := range []int{-1, 0, 1, 2, 7, 100} {
		for _, n := range []int{0, 1, 2, 50} {
			calls := make([]atomic.Int32, n)
			Limited(limit, n, func(i int) { calls[i].Add(1) })
			for i := range calls {
				if got := calls[i].Load(); got != 1 {
					t.Errorf("limit %d, n %d: do(%d) was called %d times", limit, n, i, got)
				}
			}
		}
	}
	sum := 0
	Limited(1, 5, func(i int) { sum += i })
	if sum != 10 {
		t.Errorf("one at a time: the sum is %d", sum)
	}
}

func TestLimitIsKeptAndUsed(t *testing.T) {
	const limit = 3
	var now, most atomic.Int32
	all := make(chan struct{})
	Limited(limit, 20, func(int) {
		switch k := now.Add(1); {
		case k == limit && most.Swap(k) < k:
			close(all)
		case k > limit:
			t.Errorf("%d calls at once", k)
		}
		<-all // from here on all of them have been at work together
		now.Add(-1)
	})
}
