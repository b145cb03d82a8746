package report

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/graph"
	"github.com/aicr-flux/aicr/pkg/images"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// page is what the template shows.
type page struct {
	Name, Version string
	Warnings      []string
	// Counts of what there is, as text.
	Summary                string
	Namespaces, Waves      int
	Upstream, Local        int
	Errors, Remarks, Infos int
	FluxVersion            string
	Picture                template.HTML

	Changes  *changes // nil where nothing is compared
	Releases []release
	// Findings are all of them, Notes and NotSeen what else verify says.
	Findings       []finding
	Notes, NotSeen []string
	// Needs are what the cluster must have.
	Needs      []string
	Editable   []editable
	Images     *images.Report
	ImageCount int
	Made       []fact
	Record     string
}

// fact is one line of how the bundle was made.
type fact struct{ Name, Value string }

// editable is a ConfigMap of values that a cluster may set.
type editable struct{ Name, Release, File string }

// maker makes a page.
type maker struct {
	Input
	page *page
	// left and leftOfChanges are how many bytes of manifests and of differences the page still takes.
	left, leftOfChanges int
}

func newPage(in Input) *page {
	drawn := graph.Of(in.Rollout)
	m := &maker{Input: in, left: maxManifests, leftOfChanges: maxChanges, page: &page{
		Name: in.Name, Version: in.Version, Warnings: in.spelt(in.Warnings), Summary: drawn.Summary(), Waves: drawn.Waves,
		Errors: in.Verified.Count(verify.SeverityError), Remarks: in.Verified.Count(verify.SeverityWarning), Infos: in.Verified.Count(verify.SeverityInfo),
		FluxVersion: in.Verified.Needs.FluxVersion, Notes: in.spelt(in.Verified.Notes), NotSeen: in.spelt(in.Verified.NotSeen), Needs: in.Verified.Needs.Lines(), Images: in.Images,
	}}
	if in.Images != nil {
		m.page.ImageCount = len(in.Images.Images)
	}
	m.releases(drawn)
	ids := map[string]string{}
	for i := range drawn.Nodes { // of the release that the component is named after, else of its first
		ids[drawn.Nodes[i].Name] = id(drawn.Nodes[i].Releases[0].Name)
	}
	for i := range m.page.Releases {
		if r := &m.page.Releases[i]; ids[r.Name] != "" {
			ids[r.Name] = r.ID
		}
	}
	m.page.Picture = template.HTML(drawn.Picture(func(component string) string { return "#" + ids[component] })) //nolint:gosec // package graph escapes what it draws
	m.findings()
	m.changes()
	m.made()
	return m.page
}

// spelt is what people read of texts that name options.
func (in *Input) spelt(texts []string) []string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = in.Spell(text)
	}
	return all
}

// finding is one of verify, with the release that it is about.
type finding struct {
	verify.Finding
	Where, Release, ID string
}

// findings sorts those of verify to their releases.
func (m *maker) findings() {
	for _, f := range m.Verified.Findings {
		shown := finding{Finding: f, Where: f.String()}
		shown.Message, shown.Remedy = m.Spell(f.Message), m.Spell(f.Remedy)
		for i := range m.page.Releases {
			r := &m.page.Releases[i]
			if f.Object == r.object || f.Object == "" && strings.HasPrefix(f.File, r.Name+"/") {
				shown.Release, shown.ID = r.Name, r.ID
				r.Findings = append(r.Findings, shown)
				break
			}
		}
		m.page.Findings = append(m.page.Findings, shown)
	}
}

// made says how the bundle was made, as far as it says so itself.
func (m *maker) made() {
	add := func(name, value string) {
		if value != "" {
			m.page.Made = append(m.page.Made, fact{name, m.Redact(value)})
		}
	}
	var info deployer.Info
	if data := m.read(deployer.InfoFile); data != nil && yamldoc.Unmarshal(data, &info, yamldoc.Options{Unknown: yamldoc.Ignore}) == nil {
		add("Made by", "aicr "+info.Metadata.Version)
		order := "graph: each component waits for those it depends on"
		if info.Build.Settings.Serial {
			order = "chain: one component after the other"
		}
		add("Order", order)
		add("Git repository", info.Build.Settings.RepoURL)
		add("Branch", info.Build.Settings.TargetRevision)
		add("Recipe", strings.TrimSpace(info.Build.Recipe.Digest+" "+resolvedBy(info.Build.Recipe.Version)))
	}
	mode := map[string]string{"git": "from Git", "oci": "as an OCI artifact"}
	add("Reaches the cluster", mode[m.Rollout.Listing.Annotations["aicr.run/mode"]])
	if rec, err := recipe.Parse(m.read(deployer.RecipeFile), false); err == nil {
		add("Made for", criteria(rec.Criteria))
	}
	m.page.Record = m.Redact(string(m.read(recordFile)))
}

func resolvedBy(version string) string {
	if version == "" || version == "dev" {
		return ""
	}
	return "(resolved by AICR " + version + ")"
}

// recordFile has the options that a bundle was made with.
const recordFile = "aicr.yaml"

func (m *maker) read(file string) []byte {
	if !m.Rollout.Tree.IsFile(file) {
		return nil
	}
	data, _ := m.Rollout.Tree.Read(file)
	return data
}

// criteria is what a recipe was made for, in words.
func criteria(c recipe.Criteria) string {
	words := []string{c.Service, c.Accelerator, c.Intent, c.OS, c.Platform}
	if c.Nodes > 0 {
		words = append(words, fmt.Sprintf("%d nodes", c.Nodes))
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" || w == "any" }), ", ")
}

// id is the anchor of a release.
func id(name string) string { return "release-" + name }
