package report

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/graph"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// The bounds of a page: it shows the beginning of a long text, and says where the rest is.
const (
	maxText      = 24 << 10
	maxManifests = 320 << 10
)

// release is one release of a page.
type release struct {
	rollout.Summary
	ID string
	// Wave is 0 for one that only wakes the others, and for one that never becomes ready.
	Wave  int
	Wakes bool
	// Part is "before" or "after" for manifests around the chart of Component.
	Part string
	// Title is the version as people know it, From where the chart comes from, URL that with its
	// scheme.
	Title, From, URL string
	Local            bool
	File             string
	Namespaced       string // where the HelmRelease is
	Waits            []link
	Outside          []string
	Needed           []link
	Settings         []fact
	Values           text
	ValuesFrom       []string
	Manifests        []manifest
	Findings         []finding
	Images           []string
	// Change is what becomes of it; nil where nothing does. Gone says that it is uninstalled.
	Change *change
	Gone   bool

	object string
}

// link leads to another release.
type link struct{ Name, ID string }

// text is a text and how many lines of it are left out.
type text struct {
	Text string
	More int
}

// manifest is a file of a chart in the bundle.
type manifest struct {
	text
	Name, File, Why string
}

// releases fills in all of them, in the order of the picture.
func (m *maker) releases(drawn graph.Graph) {
	waves, outside, place := map[string]int{}, map[string][]string{}, map[string]int{}
	for i := range drawn.Nodes {
		for _, r := range drawn.Nodes[i].Releases {
			waves[r.Name], outside[r.Name], place[r.Name] = drawn.Nodes[i].Wave, drawn.Nodes[i].Outside, i
		}
	}
	for _, name := range drawn.Wakes {
		place[name] = len(drawn.Nodes)
	}
	named := map[string]bool{}
	namespaces := map[string]bool{}
	ordered := m.Rollout.Graph().All()
	for i, s := range m.Rollout.Summaries() {
		from := ordered[i]
		source := m.Rollout.ChartSource(from, "")
		r := release{
			Summary: s, ID: id(s.Name), Wave: waves[s.Name], Wakes: slices.Contains(drawn.Wakes, s.Name), Title: s.Version, From: graph.ShortSource(s.Source), Local: source.Local(),
			File: from.File, Namespaced: from.Namespace, Outside: outside[s.Name], object: from.String(),
		}
		r.URL = r.From
		if scheme, _, found := strings.Cut(s.Source, "://"); found {
			r.URL = scheme + "://" + r.From
		}
		if r.Local {
			r.Title = s.AppVersion
		}
		if s.Component != s.Name {
			r.Part = map[string]string{"pre": "before", "post": "after"}[strings.TrimPrefix(s.Name, s.Component+"-")]
		}
		if named[r.Name] { // in another namespace
			r.ID += "-" + from.Namespace
		}
		named[r.Name], namespaces[s.Namespace] = true, true
		m.count(&r)
		m.settings(&r, from)
		m.values(&r, from)
		m.manifests(&r, source)
		m.page.Releases = append(m.page.Releases, r)
	}
	slices.SortStableFunc(m.page.Releases, func(a, b release) int { return place[a.Name] - place[b.Name] })
	m.page.Namespaces = len(namespaces)
	m.connect()
}

func (m *maker) count(r *release) {
	if r.Local {
		m.page.Local++
	} else {
		m.page.Upstream++
	}
}

// connect lets releases refer to each other, and to the images that they need.
func (m *maker) connect() {
	ids := map[string]string{}
	for i := range m.page.Releases {
		r := &m.page.Releases[i]
		ids[r.Name] = r.ID
	}
	for i := range m.page.Releases {
		r := &m.page.Releases[i]
		for _, name := range r.DependsOn {
			if ids[name] != "" {
				r.Waits = append(r.Waits, link{name, ids[name]})
			}
		}
		for k := range m.page.Releases {
			if other := &m.page.Releases[k]; slices.Contains(other.DependsOn, r.Name) {
				r.Needed = append(r.Needed, link{other.Name, other.ID})
			}
		}
		if m.page.Images != nil {
			for _, image := range m.page.Images.Images {
				if slices.Contains(image.Releases, r.Name) {
					r.Images = append(r.Images, image.Reference)
				}
			}
		}
	}
}

// settings are how Flux treats the release.
func (m *maker) settings(r *release, from *rollout.Release) {
	add := func(name, value string) {
		if value != "" {
			r.Settings = append(r.Settings, fact{name, m.Redact(value)})
		}
	}
	if from.ReleaseName != r.Name {
		add("Helm release", from.ReleaseName)
	}
	if from.StorageNamespace != r.Namespace {
		add("Helm keeps it in", from.StorageNamespace)
	}
	if from.CreateNamespace {
		add("Namespace", "created if missing")
	}
	add("Timeout", from.Text("spec", "timeout"))
	if from.Text("spec", "install", "strategy", "name") == "RetryOnFailure" {
		add("If it fails", "tried again, after "+cmp.Or(from.Text("spec", "install", "strategy", "retryInterval"), "5m"))
	}
	add("CRDs at an upgrade", from.Text("spec", "upgrade", "crds"))
	add("Drift detection", from.Text("spec", "driftDetection", "mode"))
	if suspended, _ := from.Get("spec", "suspend").(bool); suspended {
		add("Suspended", "Flux does nothing with it")
	}
}

// values are those that the chart gets, with what only the cluster has named.
func (m *maker) values(r *release, from *rollout.Release) {
	for _, v := range from.ValuesFrom {
		what := v.String() + ", key " + v.Key
		if v.TargetPath != "" {
			what += ", at " + v.TargetPath
		}
		r.ValuesFrom = append(r.ValuesFrom, what)
		if o := m.Rollout.Object(v.Ref); o != nil && v.Kind == "ConfigMap" {
			m.page.Editable = append(m.page.Editable, editable{o.Name, r.Name, o.File})
		}
	}
	composed, _ := m.Rollout.Compose(from) // verify says what is wrong with them
	if len(composed) == 0 {
		return
	}
	yaml, err := values.Encode(engine.WithoutSecrets(composed), 0)
	if err != nil {
		return
	}
	r.Values = cut(m.Redact(strings.ReplaceAll(yaml, rollout.SecretPlaceholder, "[from a Secret of the cluster]")), maxText)
}

// cut shortens a text to whole lines.
func cut(s string, to int) text {
	if len(s) <= to {
		return text{Text: s}
	}
	end := strings.LastIndexByte(s[:to], '\n') + 1
	if end == 0 { // one long line
		return text{Text: strings.ToValidUTF8(s[:to], "") + "\n", More: strings.Count(s[to:], "\n") + 1}
	}
	return text{Text: s[:end], More: strings.Count(s[end:], "\n")}
}

// holdsSecret finds a Secret among manifests that may be templates.
var holdsSecret = regexp.MustCompile(`(?m)^\s*["']?kind["']?\s*:\s*["']?Secret\b`)

// manifests are the files that a chart in the bundle renders, and the charts that it wraps.
func (m *maker) manifests(r *release, source rollout.ChartSource) {
	if !source.Local() {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(source.Files)) {
		file := source.Files[name]
		shown := manifest{Name: name, File: file}
		switch {
		case strings.HasPrefix(name, "charts/"):
			shown.Why = "a chart of others, packed"
		case !strings.HasPrefix(name, "templates/"):
			continue
		default:
			data, err := m.Rollout.Tree.Read(file)
			switch {
			case err != nil:
				shown.Why = "it cannot be read"
			case holdsSecret.Match(data):
				shown.Why = "it holds a Secret, so its text is not shown here"
			case bytes.IndexByte(data, 0) >= 0:
				shown.Why = "it is no text"
			case m.left <= 0:
				shown.Why = "it is left out, as the page is long already"
			default:
				shown.text = cut(m.Redact(string(data)), min(maxText, max(m.left, 2048)))
				m.left -= len(shown.Text)
			}
		}
		if base := path.Base(name); strings.HasPrefix(name, "templates/") {
			shown.Name = base
		}
		r.Manifests = append(r.Manifests, shown)
	}
}

// Lines counts what a text has.
func (t text) Lines() string {
	n := strings.Count(t.Text, "\n") + t.More
	if n == 1 {
		return "1 line"
	}
	return fmt.Sprintf("%d lines", n)
}
