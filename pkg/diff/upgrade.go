package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

func (c *comparison) tellUpgrade(r *judged) {
	verb := "is upgraded"
	if r.suspended || len(r.Refused) > 0 {
		verb = "is to be upgraded"
	}
	c.say(Info, r, "%s: %s%s", verb, strings.Join(r.why(), ", "), c.outcome(r))
	if !r.local() && back(r.From, r.To) {
		c.say(Attention, r, "goes back from chart %s to the older %s; what the newer one stored may not be readable by it", r.From, r.To)
	}
}

// local reports whether the chart is one of manifests, whose version is made of its content.
func (r *judged) local() bool {
	return r.Chart.From.Source == "local" && r.Chart.To.Source == "local" && !r.Chart.To.Wrapped
}

// why is what makes Flux upgrade the release.
func (r *judged) why() (what []string) {
	switch {
	case r.local() && (r.From != r.To || slices.Contains(r.Because, "chart")):
		what = append(what, "its chart in the bundle changes")
	case r.From != r.To:
		what = append(what, "chart "+r.Chart.To.Name+" "+r.From+" → "+r.To)
	}
	if r.moved() {
		what = append(what, "chart from "+whence(r.Chart.To)+" instead of "+whence(r.Chart.From))
	}
	if n := len(r.Values); n > 0 {
		what = append(what, count(n, "value"))
	}
	for _, why := range r.Because {
		switch {
		case why == "values" && len(r.Values) == 0 && !r.moved():
			what = append(what, "where its values come from")
		case why == rollout.BecauseVariables:
			what = append(what, "other variables")
		case why != "chart" && why != "values":
			what = append(what, why)
		}
	}
	return what
}

func whence(c *rollout.Chart) string {
	if c.Source == "local" {
		return "the bundle"
	}
	return c.Source
}

// outcome is what an upgrade does to the objects, where that is known.
func (c *comparison) outcome(r *judged) string {
	switch n := len(r.Objects); {
	case !r.Rendered:
		return ""
	case n == 1:
		return "; 1 object that it installs changes"
	case n > 1:
		return fmt.Sprintf("; %d objects that it installs change", n)
	case r.Relabelled > 0:
		return "; what it installs changes only in labels with the version"
	case slices.Contains(r.Because, rollout.BecauseVariables):
		return "; what changes is what a cluster gives to them"
	case len(r.Refused)+len(r.unsteady) > 0 || c.hasCRD(r):
		return ""
	}
	return "; nothing that it installs changes"
}

func (c *comparison) hasCRD(r *judged) bool {
	return slices.ContainsFunc(c.report.CRDs, func(crd CRD) bool { return crd.Release == r.Change.Release })
}

// back reports whether the second version is older.
func back(from, to string) bool {
	was, err := semver.NewVersion(from)
	is, failed := semver.NewVersion(to)
	return err == nil && failed == nil && is.LessThan(was)
}
