package fleet

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/diff"
)

// Diff is what changes in the clusters of a fleet.
type Diff struct {
	// Old and New are what the sides are called.
	Old string `json:"old"`
	New string `json:"new"`
	// Same says that nothing changes in any cluster.
	Same bool `json:"same"`
	// Clusters is how many there are, on either side, and Changed how many of them change.
	Clusters int `json:"clusters"`
	Changed  int `json:"changed"`
	// Changes are told once for all clusters that share them, the most dangerous first. A cluster of
	// which several things change may be in several.
	Changes []Change `json:"changes"`
	// Bundles are what changes between the bundles that Changes name.
	Bundles []diff.Report `json:"bundles"`
	// Notes are what is not known, and why.
	Notes []string `json:"notes"`
}

// Change is what changes in the same way in some clusters.
type Change struct {
	Clusters []string `json:"clusters"`
	Groups   []Share  `json:"groups"`
	// Effects are what it means in each of the clusters, the most important first.
	Effects []Effect `json:"effects"`
	// Values are the differences of values of their own.
	Values []Values `json:"values"`
	// Objects are the other differences of what they get besides the bundle.
	Objects []diff.Object `json:"objects"`
}

// Share is how many of the clusters of a group a change has; the name is empty where the group is
// not known.
type Share struct {
	Group    string `json:"group"`
	Clusters int    `json:"clusters"`
	Of       int    `json:"of"`
}

// Effect is one thing that happens in a cluster. Bundles has more of one that is about a bundle.
type Effect struct {
	Severity diff.Severity `json:"severity"`
	Text     string        `json:"text"`
	// Bundle says that the effect is one of another bundle that the cluster gets.
	Bundle bool `json:"bundle"`
}

// Values are differences of values of a release.
type Values struct {
	// Release is the one that reads them; where that is not known, the ConfigMap.
	Release string       `json:"release"`
	Fields  []diff.Field `json:"fields"`
}

// worst orders severities.
func worst(s diff.Severity) int {
	return slices.Index([]diff.Severity{diff.Danger, diff.Attention, diff.Info}, s)
}

// Move is a bundle that takes the place of another in some cluster. From and To are equal where it
// stays in its place.
type Move struct{ From, To Origin }

// Moves are those of clusters that both states have.
func Moves(from, to *State) map[Move]bool {
	all := map[Move]bool{}
	for name, was := range from.clusters {
		if is := to.clusters[name]; is != nil {
			all[Move{was.origin, is.origin}] = true
		}
	}
	return all
}

// Compare says what changes in the clusters. Reports are what changes between bundles; one that is
// missing is not known.
func Compare(from, to *State, reports map[Move]*diff.Report) Diff {
	c := &comparison{from: from, to: to, reports: reports, trees: treesOf(from, to), atoms: map[string]*atom{}}
	groups, sizes := groupsOf(from, to), map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		sizes[groups[name]]++
		c.cluster(name, from.clusters[name], to.clusters[name])
	}
	d := Diff{Clusters: len(groups), Changes: []Change{}, Bundles: []diff.Report{}, Notes: []string{}}
	changed := map[string]bool{}
	for _, change := range c.grouped() {
		shares := map[string]int{}
		for _, name := range change.Clusters {
			shares[groups[name]]++
			changed[name] = true
		}
		for _, group := range slices.Sorted(maps.Keys(shares)) {
			change.Groups = append(change.Groups, Share{group, shares[group], sizes[group]})
		}
		d.Changes = append(d.Changes, change)
	}
	d.Changed = len(changed)
	d.Same = len(changed) == 0
	moves := slices.SortedFunc(maps.Keys(reports), func(a, b Move) int {
		return cmp.Or(strings.Compare(a.From.String(), b.From.String()), strings.Compare(a.To.String(), b.To.String()))
	})
	for _, move := range moves {
		if report := reports[move]; report != nil && !report.Same {
			d.Bundles = append(d.Bundles, *report)
		}
	}
	return d
}

// groupsOf are the groups of all clusters, those of the later states where both know one.
func groupsOf(states ...*State) map[string]string {
	groups := map[string]string{}
	for _, s := range states {
		for name, m := range s.clusters {
			groups[name] = cmp.Or(m.group, groups[name])
		}
	}
	return groups
}

// treesOf knows the secrets of both states.
func treesOf(states ...*State) diff.Trees {
	var all []map[string]any
	for _, s := range states {
		for _, m := range s.clusters {
			all = append(all, m.objects...)
			all = slices.AppendSeq(all, maps.Values(m.values))
		}
	}
	return diff.NewTrees(all...)
}

// atom is one thing that changes, and the clusters in which it does.
type atom struct {
	key      string
	clusters []string
	change   Change // with that one thing
}

// comparison is one call of Compare.
type comparison struct {
	from, to *State
	reports  map[Move]*diff.Report
	trees    diff.Trees
	atoms    map[string]*atom
}

// add notes that a cluster has a change, which others may have as well.
func (c *comparison) add(cluster string, change Change) {
	key, _ := json.Marshal(change) // it holds what JSON can
	a := c.atoms[string(key)]
	if a == nil {
		a = &atom{key: string(key), change: change}
		c.atoms[a.key] = a
	}
	a.clusters = append(a.clusters, cluster)
}

// grouped puts together what changes in the same clusters.
func (c *comparison) grouped() []Change {
	byClusters := map[string]*Change{}
	for _, key := range slices.Sorted(maps.Keys(c.atoms)) {
		a := c.atoms[key]
		of := strings.Join(a.clusters, " ")
		change := byClusters[of]
		if change == nil {
			change = &Change{Clusters: a.clusters, Groups: []Share{}, Effects: []Effect{}, Values: []Values{}, Objects: []diff.Object{}}
			byClusters[of] = change
		}
		change.Effects = append(change.Effects, a.change.Effects...)
		change.addValues(a.change.Values)
		change.addObjects(a.change.Objects)
	}
	var all []Change
	for _, change := range byClusters {
		change.tell()
		all = append(all, *change)
	}
	slices.SortFunc(all, func(a, b Change) int {
		return cmp.Or(worst(a.Effects[0].Severity)-worst(b.Effects[0].Severity), len(b.Clusters)-len(a.Clusters), strings.Compare(a.Clusters[0], b.Clusters[0]), slices.Compare(a.Clusters, b.Clusters))
	})
	return all
}

func (c *Change) addValues(values []Values) {
	for _, v := range values {
		at := slices.IndexFunc(c.Values, func(have Values) bool { return have.Release == v.Release })
		if at < 0 {
			c.Values = append(c.Values, v)
			continue
		}
		c.Values[at].Fields = append(c.Values[at].Fields, v.Fields...)
	}
}

func (c *Change) addObjects(objects []diff.Object) {
	for _, o := range objects {
		at := slices.IndexFunc(c.Objects, func(have diff.Object) bool { return have.Object == o.Object })
		if at < 0 {
			c.Objects = append(c.Objects, o)
			continue
		}
		c.Objects[at].Fields = append(c.Objects[at].Fields, o.Fields...)
	}
}
