package simulate_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/rollout/simulate"
)

// BenchmarkRun plays rollouts of many releases: in a chain, and ten wide.
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		for _, width := range []int{1, 10} {
			releases := make([]simulate.Release, n)
			for i := range releases {
				releases[i] = simulate.Release{Name: fmt.Sprint(i * 7919 % n), Time: time.Minute}
				if i >= width {
					releases[i].Needs = []int{i - width}
				}
			}
			b.Run(fmt.Sprintf("%d releases, %d wide", n, width), func(b *testing.B) {
				for b.Loop() {
					simulate.Run(releases, simulate.Options{})
				}
			})
		}
	}
}
