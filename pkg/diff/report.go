package diff

import "github.com/aicr-flux/aicr/pkg/rollout"

// Report is what a new bundle changes in a cluster that runs the old one.
type Report struct {
	// Old and New are what the sides are called.
	Old string `json:"old"`
	New string `json:"new"`
	// Same says that nothing changes in the cluster.
	Same bool `json:"same"`
	// Effects are what it means, one sentence each, the most important first.
	Effects []Effect `json:"effects"`
	// Releases are those that change, the most dangerous action first.
	Releases []Release `json:"releases"`
	// Objects are those of the bundle itself, besides its releases and their values.
	Objects    []Object `json:"objects"`
	CRDs       []CRD    `json:"crds"`
	Namespaces Set      `json:"namespaces"`
	// Images are those that any release needs now or no longer, as far as that is known.
	Images Set `json:"images"`
	// Needs are what the cluster must have: Secrets and other objects, variables, controllers and
	// their feature gates.
	Needs Set `json:"needs"`
	// Notes are what is not known, and why.
	Notes []string `json:"notes"`
}

// Severity says how much an effect matters.
type Severity string

// The severities, the worst first.
const (
	// Danger is what is lost, or refused by Kubernetes.
	Danger Severity = "danger"
	// Attention is what disturbs, or wants something of a person.
	Attention Severity = "attention"
	Info      Severity = "info"
)

var severities = []Severity{Danger, Attention, Info}

// Effect is one thing that happens in the cluster.
type Effect struct {
	Severity Severity `json:"severity"`
	// Release is the one that it happens to; empty where it happens to none.
	Release string `json:"release,omitempty"`
	Text    string `json:"text"`
	// Place is where in the new bundle the release is.
	Place rollout.Place `json:"place,omitzero"`
}

// Configure is the action of a release of which only what Flux does with it changes: the cluster's
// objects stay as they are.
const Configure rollout.Action = "configure"

// Release is what becomes of one release.
type Release struct {
	// Change has the action, the name, and why.
	rollout.Change
	// Chart is the chart of both sides; nil where there is no such side.
	Chart Pair[*rollout.Chart] `json:"chart"`
	// Values are the differences of all values that the chart gets, wherever they are written.
	Values []Field `json:"values"`
	// Settings are the differences of the rest of the HelmRelease.
	Settings []Field `json:"settings"`
	WaitsFor Set     `json:"waitsFor"`
	// Rendered says that Objects are known: what the chart makes on both sides.
	Rendered bool     `json:"rendered"`
	Objects  []Object `json:"objects"`
	// Relabelled is how many further objects change only in labels that repeat the chart's version.
	Relabelled int `json:"relabelled"`
	// Restarts are the workloads whose pods are replaced, because their template changes.
	Restarts []string `json:"restarts"`
	// Refused are objects with the fields that change and that Kubernetes never changes.
	Refused []string `json:"refused"`
	Images  Set      `json:"images"`
}

// judged is a release with what only the sentences tell.
type judged struct {
	Release
	place rollout.Place
	// suspended says that Flux does nothing to the release, staysBehind that it does not uninstall
	// it, and stale that the files of its chart change without its version.
	suspended, staysBehind, stale bool
	// lost is what goes for good with objects of the release, and unsteady are workloads whose pods
	// may restart at every upgrade, because their template is made of random numbers or of the clock.
	lost     []ref
	unsteady []string
}

// Pair is something on both sides.
type Pair[T any] struct {
	From T `json:"from"`
	To   T `json:"to"`
}

// Set is what is on one side only, sorted.
type Set struct {
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
}

// Empty reports whether both sides have the same.
func (s Set) Empty() bool { return len(s.Added)+len(s.Removed) == 0 }

// Kind is how something differs.
type Kind string

// The kinds of differences.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed"
	// Moved is a list with the same items in another order.
	Moved Kind = "moved"
)

// Object is one object that differs.
type Object struct {
	// Object is "Deployment gpu-operator/gpu-operator".
	Object string `json:"object"`
	Change Kind   `json:"change"`
	// Fields are the differences of an object that both sides have.
	Fields []Field `json:"fields,omitempty"`
}

// CRD is a CustomResourceDefinition that differs.
type CRD struct {
	Name string `json:"name"`
	// Release brings it; empty where the bundle itself does.
	Release string `json:"release,omitempty"`
	Change  Kind   `json:"change"`
	// Stored is the version in which resources are stored, where that changes.
	Stored *Pair[string] `json:"stored,omitempty"`
	// Served are the versions that are served on one side only.
	Served Set `json:"served"`
	// Left says that Flux leaves in the cluster what is there.
	Left bool `json:"left"`
}
