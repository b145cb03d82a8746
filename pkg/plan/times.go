package plan

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// maxTime is the longest time that can be planned; more is a mistake.
const maxTime = 7 * 24 * time.Hour

// The kinds of releases, by what their install waits for.
const (
	kindManifests = "manifests"
	kindCRDs      = "crds"
	kindChart     = "chart"
	kindDrivers   = "drivers"
)

// defaultTimes is what an install of each kind takes, to the order of magnitude. helm-controller
// looks every 5 s whether what it has applied is ready, so nothing that is waited for takes less.
func defaultTimes() kindTimes {
	return kindTimes{
		// A few objects of which most are ready when they are there: seen at the first look.
		Manifests: length(5 * time.Second),
		// Some large objects, each Established a second or two after it is applied.
		CRDs: length(10 * time.Second),
		// Images of some hundred MB are pulled and a Deployment becomes available: most charts have
		// readiness probes that pass after 10 to 30 s.
		Chart: length(time.Minute),
		// Drivers are loaded, or built, on every node before the operator says ready. The chart
		// gpu-operator lets the driver's startup probe fail for 20 minutes; this is half of it.
		Drivers: length(10 * time.Minute),
	}
}

// Times are how long installs take, from the start of an install until the release is ready. The
// most specific one counts: that of the release, of its kind, the default. How long
// source-controller takes to fetch a chart is one more.
type Times struct {
	file    timesFile
	cluster map[rollout.Ref]recorded // in the place of the file
}

// timesFile is the document that a person writes.
type timesFile struct {
	Fetch    length            `json:"fetch"`
	Default  length            `json:"default"`
	Kinds    kindTimes         `json:"kinds"`
	Releases map[string]length `json:"releases"`
}

type kindTimes struct {
	Manifests length `json:"manifests"`
	CRDs      length `json:"crds"`
	Chart     length `json:"chart"`
	Drivers   length `json:"drivers"`
}

func (k kindTimes) of(kind string) length {
	return map[string]length{kindManifests: k.Manifests, kindCRDs: k.CRDs, kindChart: k.Chart, kindDrivers: k.Drivers}[kind]
}

// length is a time that an install takes.
type length time.Duration

// Set reads it from text; yamldoc calls it.
func (l *length) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > maxTime {
		return fmt.Errorf("%.100q is not a time such as 90s or 15m, of at most %s", text, config.Duration(maxTime))
	}
	*l = length(d)
	return nil
}

// ParseTimes reads times: a map with fetch, default, kinds and releases, or what a cluster
// says of its HelmReleases (kubectl get helmreleases -A -o yaml).
func ParseTimes(data []byte) (*Times, error) {
	root, err := yamldoc.Parse(data)
	if err != nil {
		return nil, err
	}
	if root == nil {
		return nil, errors.Invalid("it is empty; it needs one of fetch, default, kinds and releases, or is a list of HelmReleases")
	}
	var head struct {
		Kind string `json:"kind"`
	}
	_, _ = yamldoc.Decode(root, &head, yamldoc.Options{Unknown: yamldoc.Ignore})
	t := &Times{}
	if head.Kind != "" {
		t.cluster, err = parseCluster(root, head.Kind)
		return t, err
	}
	_, err = yamldoc.Decode(root, &t.file, yamldoc.Options{})
	return t, err
}

// fetch is how long the fetch of a chart takes; 0 leaves it to the simulation.
func (t *Times) fetch() time.Duration {
	if t == nil {
		return 0
	}
	return time.Duration(t.file.Fetch)
}

// times gives each release its time.
func (p *planner) times() error {
	t := p.Times
	if t == nil {
		t = &Times{}
	}
	table := defaultTimes()
	var unread []string
	for i := range p.facts {
		f := &p.facts[i]
		f.Time, f.from = time.Duration(table.of(f.kind)), "kind"
		if t.cluster != nil {
			if got := t.cluster[p.releases[i].Ref]; got.why == "" && got.took > 0 {
				f.Time, f.from = got.took, "cluster"
			} else {
				unread = append(unread, fmt.Sprintf("%s (%s)", f.Name, got.reason()))
			}
			continue
		}
		t.file.give(f)
	}
	if len(unread) > 0 {
		p.warn("`Times` does not say how long these take, so they take what their kind takes: %s", strings.Join(unread, ", "))
	}
	return t.file.check(p)
}

// give gives the release the most specific time of the file.
func (t *timesFile) give(f *facts) {
	take := func(l length, from string) {
		if l > 0 {
			f.Time, f.from = time.Duration(l), from
		}
	}
	take(t.Default, "default")
	take(t.Kinds.of(f.kind), "kind")
	take(t.Releases[f.Name], "release")
}

// check finds releases that the bundle does not have.
func (t *timesFile) check(p *planner) error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(t.Releases)) {
		if _, known := p.byName[name]; !known {
			problems = append(problems, errors.Invalid("`Times`: releases.%s: %s", name, p.unknown(name)))
		}
	}
	return errors.Join(problems...)
}

// kindOf is what the install of a release waits for, as far as a bundle shows it.
func (p *planner) kindOf(r *rollout.Release) string {
	for i := 0; ; i++ {
		kind := r.Text("spec", "healthCheckExprs", i, "kind")
		if kind == "" {
			break
		}
		if kind == "ClusterPolicy" || kind == "NicClusterPolicy" {
			return kindDrivers
		}
	}
	if strings.HasSuffix(r.Name, "-crds") || strings.HasSuffix(path.Base(r.Chart), "-crds") {
		return kindCRDs
	}
	source := p.rollout.ChartSource(r, "")
	if !source.Local() {
		return kindChart
	}
	for file := range source.Files {
		if strings.HasPrefix(file, "charts/") { // a chart of others, packed into the bundle
			return kindChart
		}
	}
	return kindManifests
}
