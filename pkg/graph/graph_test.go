package graph_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/graph"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// bundle has a release for each "name needs…"; those in other namespaces are not in it.
func bundle(t *testing.T, releases ...string) *rollout.Rollout {
	t.Helper()
	root, fsys := "resources:\n", fstest.MapFS{}
	for i, release := range releases {
		words := strings.Fields(release)
		var b strings.Builder
		fmt.Fprintf(&b, "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: %s, namespace: flux-system, annotations: {aicr.run/after: 'x,wake'}}\n", words[0])
		b.WriteString("spec:\n  chart: {spec: {chart: c, version: 1.0.0, sourceRef: {kind: HelmRepository, name: repo}}}\n")
		if strings.HasPrefix(words[0], "gated") {
			b.WriteString("  healthCheckExprs: [{apiVersion: v1, kind: Thing, current: 'true'}]\n")
		}
		b.WriteString("  dependsOn:\n")
		for _, need := range words[1:] {
			fmt.Fprintf(&b, "  - name: %s\n", need)
		}
		name := fmt.Sprintf("%d.yaml", i)
		fsys[name] = &fstest.MapFile{Data: []byte(b.String())}
		root += "- " + name + "\n"
	}
	fsys["repo.yaml"] = &fstest.MapFile{Data: []byte("apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: repo, namespace: flux-system}\nspec: {url: 'https://user:hush@charts.example.com/a/'}\n")}
	fsys["kustomization.yaml"] = &fstest.MapFile{Data: []byte(root + "- repo.yaml\n")}
	r, err := rollout.Read(t.Context(), fsys, rollout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// shape is a graph in one line: wave:node<needs.
func shape(g graph.Graph) string {
	var all []string
	for _, n := range g.Nodes {
		var needs []string
		for _, i := range n.Needs {
			needs = append(needs, g.Nodes[i].Name)
		}
		slices.Sort(needs)
		text := fmt.Sprintf("%d:%s", n.Wave, n.Name)
		if len(n.Releases) > 1 {
			text += fmt.Sprintf("(%d)", len(n.Releases))
		}
		if len(needs) > 0 {
			text += "<" + strings.Join(needs, ",")
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

func TestComponentsInWaves(t *testing.T) {
	for name, c := range map[string]struct {
		releases []string
		want     string
	}{
		"pre and post are part of their component": {
			[]string{"a", "b-pre a", "b b-pre", "b-post b", "c b-post"}, "1:a 2:b(3)<a 3:c<b",
		},
		"what follows from others is left out": {
			[]string{"a", "b a", "c a b"}, "1:a 2:b<a 3:c<b",
		},
		"waves": {[]string{"d b c", "b a", "c a", "a"}, "1:a 2:b<a 2:c<a 3:d<b,c"},
		"a component is taken apart where another one is in its middle": {
			[]string{"b-pre", "x b-pre", "b x b-pre", "c"}, "1:b-pre 1:c 2:x<b-pre 3:b<x",
		},
		"a cycle comes last":                 {[]string{"a b", "b a", "c b", "d"}, "1:d 0:a<b 0:b<a 0:c<b"},
		"one that waits for itself":          {[]string{"a a", "b"}, "1:b 0:a<a"},
		"a name that looks like a part":      {[]string{"x-pre", "w x-pre"}, "1:x-pre 2:w<x-pre"},
		"the one that wakes others is apart": {[]string{"wake", "a", "b a"}, "1:a 2:b<a"},
		"unless somebody waits for it":       {[]string{"wake", "a wake"}, "1:wake 2:a<wake"},
	} {
		if got := shape(graph.Of(bundle(t, c.releases...))); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
}

func TestTree(t *testing.T) {
	g := graph.Of(bundle(t, "wake", "a", "gated-b elsewhere", "c-pre a gated-b", "c c-pre", strings.Repeat("long", 20)+" c a"))
	want := `5 releases of 4 components in 3 waves

wave 1
├─ a                                 1.0.0  charts.example.com/a
└─ gated-b                           1.0.0  charts.example.com/a
     ready with its Thing
     waits for HelmRelease flux-system/elsewhere, which is not in this bundle

wave 2
└─ c                                 1.0.0  charts.example.com/a
     manifests before it
     after a, gated-b

wave 3
└─ longlonglonglonglonglonglonglon…  1.0.0  charts.example.com/a

apart: wake, which lets events wake the others
`
	if diff := cmp.Diff(want, g.Tree()); diff != "" {
		t.Error(diff)
	}
	chain := graph.Of(bundle(t, "a", "b a", "b-post b")).Tree()
	want = "3 releases of 2 components, one component after the other\n\n  1  a  1.0.0  charts.example.com/a\n  2  b  1.0.0  charts.example.com/a\n       manifests after it\n"
	if diff := cmp.Diff(want, chain); diff != "" {
		t.Error(diff)
	}
	for line := range strings.Lines(g.Tree()) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > 80 {
			t.Errorf("more than 80 columns: %s", line)
		}
	}
}

// hostile is a graph whose texts try to be more than text in every language.
func hostile() graph.Graph {
	evil := "\"]; click n0 \"javascript:alert(1)\"\n```\n<script>alert(1)</script> & #quot; \\\" \x1b[31m ]]> <!-- `x`"
	release := func(name string, needs ...int) graph.Release {
		return graph.Release{
			Summary: rollout.Summary{Name: name, Component: name, Version: evil, Source: evil, Gates: []rollout.Gate{{Kind: evil}}},
			Needs:   needs, Outside: []string{evil},
		}
	}
	return graph.New([]graph.Release{release(evil), release("b"+evil, 0), release("c", 0), {Summary: rollout.Summary{Name: evil}, Wakes: true}})
}

// wide is a graph of n components that each wait for all of the wave before.
func wide(n, perWave int) graph.Graph {
	all := make([]graph.Release, n)
	for i := range all {
		all[i].Summary = rollout.Summary{Name: fmt.Sprint("c", i), Component: fmt.Sprint("c", i)}
		first := i/perWave*perWave - perWave
		for k := max(0, first); k < first+perWave; k++ {
			all[i].Needs = append(all[i].Needs, k)
		}
	}
	return graph.New(all)
}

// TestHazard02_StrangersTextInjectsNothing: a name or an address stays text in each picture.
func TestHazard02_StrangersTextInjectsNothing(t *testing.T) {
	g := hostile()
	for line := range strings.Lines(g.Mermaid()) {
		line = strings.ReplaceAll(line, "<br/>", "")
		if strings.HasPrefix(line, "%%{init") {
			continue
		}
		if strings.ContainsAny(line, "`<&\x1b") || strings.Count(line, `"`)%2 != 0 || strings.Count(line, `"`) > 2 {
			t.Errorf("mermaid: %s", line)
		}
	}
	link := func(string) string { return `"><script>` }
	for name, picture := range map[string]string{"svg": g.SVG(), "a part of a page": g.Picture(link)} {
		if strings.Contains(picture, "<script") || strings.Contains(picture, "\x1b") {
			t.Errorf("%s: %s", name, picture)
		}
		d := xml.NewDecoder(strings.NewReader(picture))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, picture)
			}
			if e, ok := token.(xml.StartElement); ok && !slices.Contains([]string{"svg", "style", "defs", "marker", "path", "rect", "text", "g", "a", "title"}, e.Name.Local) {
				t.Errorf("%s: an element %s", name, e.Name.Local)
			}
		}
	}
}

// TestPicturesHaveAnEnd: Mermaid refuses 500 arrows or 50,000 characters, and is slow before.
func TestPicturesHaveAnEnd(t *testing.T) {
	for name, g := range map[string]graph.Graph{"a chain": wide(1000, 1), "wide": wide(1000, 40), "no arrows": wide(1000, 1000)} {
		mermaid := g.Mermaid()
		if arrows := strings.Count(mermaid, "-->"); arrows > 160 || len(mermaid) > 20_000 || !strings.Contains(mermaid, "more components") {
			t.Errorf("%s: %d arrows, %d bytes", name, arrows, len(mermaid))
		}
		if svg := g.SVG(); len(svg) > 300_000 || !strings.Contains(svg, "more components, not drawn here") {
			t.Errorf("%s: the svg has %d bytes", name, len(svg))
		}
		for what, text := range map[string]string{"tree": g.Tree(), "dot": g.DOT()} {
			if !strings.Contains(text, "c999") {
				t.Errorf("%s: the %s has not all components", name, what)
			}
		}
	}
}

// TestDOTIsWhatGraphvizReads hands pictures to the real program.
func TestDOTIsWhatGraphvizReads(t *testing.T) {
	dot, err := exec.LookPath("dot")
	if err != nil {
		t.Skip("graphviz: SKIPPED (dot is not installed)")
	}
	for name, g := range map[string]graph.Graph{
		"hostile": hostile(), "wide": wide(30, 6), "cycle": graph.Of(bundle(t, "a b", "b a", "c")), "empty": graph.New(nil),
	} {
		cmd := exec.CommandContext(t.Context(), dot, "-Tsvg")
		cmd.Stdin = strings.NewReader(g.DOT())
		var out, complaints bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &complaints
		if err := cmd.Run(); err != nil || complaints.Len() > 0 {
			t.Errorf("%s: %v: %s\n%s", name, err, complaints.String(), g.DOT())
		}
		if nodes := strings.Count(out.String(), `class="node"`); nodes != len(g.Nodes)+len(g.Wakes) {
			t.Errorf("%s: graphviz drew %d nodes, want %d", name, nodes, len(g.Nodes)+len(g.Wakes))
		}
		if strings.Contains(out.String(), "<script") {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}
