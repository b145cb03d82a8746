package images

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Chart is a chart that the bundle does not hold, so that a cluster pulls it.
type Chart struct {
	Name string `json:"name"`
	// Repository is the URL of the chart repository, or oci://HOST/PATH of the registry.
	Repository string `json:"repository"`
	// Version is the one that was pulled.
	Version string `json:"version"`
	// Installs are the releases of the chart, sorted by Name.
	Installs []Install `json:"installs"`
}

// Install is one release of a chart.
type Install struct {
	// Name is that of the HelmRelease, ReleaseName what Helm knows it by.
	Name        string `json:"name"`
	ReleaseName string `json:"releaseName"`
	Namespace   string `json:"namespace"`
}

// charts collects what several releases pull at once.
type charts struct {
	sync.Mutex
	all []Chart
}

func (c *charts) add(chart Chart, release *rollout.Release) {
	c.Lock()
	defer c.Unlock()
	install := Install{Name: release.Name, ReleaseName: release.ReleaseName, Namespace: release.TargetNamespace}
	for i, known := range c.all {
		if known.Name == chart.Name && known.Repository == chart.Repository && known.Version == chart.Version {
			c.all[i].Installs = append(c.all[i].Installs, install)
			return
		}
	}
	chart.Installs = []Install{install}
	c.all = append(c.all, chart)
}

func (c *charts) sorted() []Chart {
	slices.SortFunc(c.all, func(a, b Chart) int {
		return cmp.Or(strings.Compare(a.Repository, b.Repository), strings.Compare(a.Name, b.Name), strings.Compare(a.Version, b.Version))
	})
	for _, chart := range c.all {
		slices.SortFunc(chart.Installs, func(a, b Install) int {
			return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Namespace, b.Namespace))
		})
	}
	return c.all
}
