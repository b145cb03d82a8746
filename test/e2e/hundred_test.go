package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// A hundred releases along their dependencies, at the settings that Flux has by default, need no
// more than three minutes where what they install is ready at once.
func TestHundredReleases(t *testing.T) {
	s := scenario.New(t, scenario.Options{Alone: true})
	b := s.BundleWith(aicr.BundleOptions{
		Recipe:  s.Recipe(layers(5, 20), nil),
		Options: deployer.Options{Ordering: "graph"},
	}, scenario.Chart{Instant: true})
	start := time.Now()
	s.Deliver(b)
	s.Within(3*time.Minute, "a hundred releases", &helmv2.HelmReleaseList{}, func(objects scenario.Objects) string {
		pending := 0
		for _, name := range b.Releases() {
			if release, ok := objects[name].(*helmv2.HelmRelease); !ok || scenario.NotReady(release) != "" {
				pending++
			}
		}
		if pending == 0 {
			return ""
		}
		return fmt.Sprintf("%d of %d are not ready", pending, len(b.Releases()))
	})
	took := time.Since(start)
	s.InOrder(b)
	s.Checked("%d releases in graph order, each after what it depends on, in %.0f s", len(b.Releases()), took.Seconds())
}

// layers are components of which each depends on two of the layer below. Names, and so the order in
// which Flux sees the releases, are against that of the layers: each looks at what it depends on
// when that is not there yet, and again only half a minute later.
func layers(deep, wide int) string {
	var text strings.Builder
	for layer := range deep {
		for i := range wide {
			needs := ""
			if layer > 0 {
				needs = fmt.Sprintf("c%d-%d, c%d-%d", deep-layer, i, deep-layer, (i+1)%wide)
			}
			fmt.Fprintf(&text, "{name: c%d-%d, namespace: ns-%[2]d, $charts, version: 1.0.0, overrides: {n: %[2]d}, dependencyRefs: [%[3]s]}\n", deep-layer-1, i, needs)
		}
	}
	return text.String()
}
