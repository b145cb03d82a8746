package plan

import (
	"strconv"
	"time"

	"github.com/aicr-flux/aicr/pkg/rollout/simulate"
)

// Report is how rollouts go.
type Report struct {
	// Orders are the rollouts: that of the bundle first, then those that it could have.
	Orders []Order `json:"orders"`
	// Requeue and Workers are the settings of helm-controller.
	Requeue Span `json:"requeue"`
	Workers int  `json:"workers"`
	// Sources is what all clusters together ask for, sorted by kind and name.
	Sources  []Source `json:"sources,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// Order is a rollout in one order.
type Order struct {
	// Ordering is "chain", "graph", or "other" for one that the recipe in the bundle does not
	// explain.
	Ordering string `json:"ordering"`
	// EventDriven says that a release that becomes ready wakes those that wait for it.
	EventDriven bool `json:"eventDriven"`
	// Own says that it is the order of the bundle.
	Own bool `json:"own"`
	// Ready is when everything is ready; null where that is never.
	Ready Span `json:"ready"`
	Waves int  `json:"waves"`
	// CriticalPath are the releases that decide how long it takes. Installing is how long their
	// installs take, and Waiting how long they wait for the next look, a chart or a worker.
	CriticalPath []string `json:"criticalPath"`
	Installing   Span     `json:"installing"`
	Waiting      Span     `json:"waiting"`
	// Releases are all of them, none before one that it waits for.
	Releases []Release `json:"releases"`
}

// Release is one release of a rollout. Times count from when Flux applies the bundle; null is
// never.
type Release struct {
	Name      string   `json:"name"`
	Component string   `json:"component"`
	Wave      int      `json:"wave"`
	DependsOn []string `json:"dependsOn"`
	// Kind is what it is taken for: "manifests", "crds", "chart" or "drivers". Time is how long its
	// install takes, and TimeFrom says why: "kind", "release" or "default" of the times, "cluster",
	// "what if".
	Kind     string `json:"kind"`
	Time     Span   `json:"time"`
	TimeFrom string `json:"timeFrom"`
	// Free is when all that it waits for is ready.
	Free     Span `json:"free"`
	Start    Span `json:"start"`
	Ready    Span `json:"ready"`
	Attempts int  `json:"attempts"`
}

// Source is something outside of the cluster that Flux asks for news.
type Source struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	URL  string `json:"url"`
	// Interval is how often one cluster asks, and PerHour how often all of them do in an hour.
	Interval Span    `json:"interval"`
	PerHour  float64 `json:"perHour"`
}

// Span is a length of time. In JSON it is a number of seconds, or null for never.
type Span time.Duration

// Never reports that it does not end.
func (s Span) Never() bool { return time.Duration(s) == simulate.Never }

// MarshalJSON implements json.Marshaler.
func (s Span) MarshalJSON() ([]byte, error) {
	if s.Never() {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, time.Duration(s).Round(10*time.Millisecond).Seconds(), 'f', -1, 64), nil
}
