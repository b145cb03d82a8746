package localformat

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// ParseTemplate parses a template whose functions are not known, and returns the trees of what it
// defines by name. It refuses one with very many actions: Go's parser goes as deep as they are
// nested, and a stack that overflows ends the program.
func ParseTemplate(name string, data []byte) (map[string]*parse.Tree, error) {
	const most = 20_000
	if bytes.Count(data, []byte("{{")) > most {
		return nil, errors.Invalid("the template has more than %d actions; split it into several files", most)
	}
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := tree.Parse(string(data), "", "", trees); err != nil {
		return nil, errors.Invalid("the template does not parse: %s", strings.TrimPrefix(err.Error(), "template: "))
	}
	trees[name] = tree // Go leaves out one that is empty
	return trees, nil
}

// usage is what a template does with its chart.
type usage struct {
	readsValues      bool
	readsAppVersion  bool
	rawVersionLabels []int // lines
	empty            []EmptyField
}

// EmptyField is an action that reads a field of the root that Helm does not put there, and so
// renders nothing. Mostly it is text for another program that has templates, too.
type EmptyField struct {
	Line int
	// Text is the field as written: ".pod", "$.pod".
	Text string
}

// EmptyFields returns those of a template; none where it does not parse.
func EmptyFields(name string, data []byte) []EmptyField {
	use, _ := analyse(name, data)
	return use.empty
}

// rootFields are what Helm gives to a template.
var rootFields = []string{"Capabilities", "Chart", "Files", "Release", "Subcharts", "Template", "Values"}

// analyse parses a template as Helm does and finds out whether it reads the chart's values: an
// action (not a comment) that uses .Values or $.Values, or that passes the whole root on, whose
// reader may do so. The same goes for the chart's appVersion, which its annotations have, too.
func analyse(name string, data []byte) (usage, error) {
	trees, err := ParseTemplate(name, data)
	if err != nil {
		return usage{}, err
	}
	w := &walker{text: string(data)}
	w.node(trees[name].Root, true)
	if w.changed {
		w.empty = nil
	}
	w.defined = true
	for defined, t := range trees {
		// What a defined template gets as . and $, its caller passes on.
		if defined != name && t.Root != nil {
			w.node(t.Root, false)
		}
	}
	return w.usage, nil
}

type walker struct {
	usage
	text    string
	defined bool // inside {{ define }}, where . and $ are what the caller passed
	changed bool // the template adds fields to the root
}

// node visits n; rootDot says whether the dot is the root there.
func (w *walker) node(n parse.Node, rootDot bool) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, c := range n.Nodes {
				w.node(c, rootDot)
			}
		}
	case *parse.ActionNode:
		w.label(n)
		w.pipe(n.Pipe, rootDot)
	case *parse.TemplateNode:
		w.pipe(n.Pipe, rootDot)
	case *parse.IfNode:
		w.branch(&n.BranchNode, rootDot, rootDot)
	case *parse.WithNode:
		w.branch(&n.BranchNode, rootDot, false)
	case *parse.RangeNode:
		w.branch(&n.BranchNode, rootDot, false)
	case *parse.PipeNode:
		w.pipe(n, rootDot)
	case *parse.ChainNode:
		w.node(n.Node, rootDot)
	case *parse.DotNode:
		w.root(rootDot)
	case *parse.FieldNode:
		w.reads(n.Ident)
		w.knows(n, n.Ident, rootDot)
	case *parse.VariableNode:
		w.root(len(n.Ident) == 1 && n.Ident[0] == "$" && !w.defined)
		w.reads(n.Ident[1:])
		w.knows(n, n.Ident[1:], n.Ident[0] == "$")
	}
}

// knows notes a field of the root that is never there.
func (w *walker) knows(n parse.Node, path []string, ofRoot bool) {
	if ofRoot && !w.defined && len(path) > 0 && !slices.Contains(rootFields, path[0]) {
		line := strings.Count(w.text[:n.Position()], "\n") + 1
		w.empty = append(w.empty, EmptyField{Line: line, Text: n.String()})
	}
}

// root notes that the whole root is passed on.
func (w *walker) root(passed bool) {
	w.readsValues = w.readsValues || passed
	w.readsAppVersion = w.readsAppVersion || passed
}

// reads notes what a path from the root reads.
func (w *walker) reads(path []string) {
	if len(path) == 0 {
		return
	}
	w.readsValues = w.readsValues || path[0] == "Values"
	w.readsAppVersion = w.readsAppVersion || path[0] == "Chart" && (len(path) == 1 || path[1] == "AppVersion" || path[1] == "Annotations")
}

func (w *walker) branch(b *parse.BranchNode, rootDot, bodyDot bool) {
	w.pipe(b.Pipe, rootDot)
	w.node(b.List, bodyDot)
	w.node(b.ElseList, rootDot)
}

func (w *walker) pipe(p *parse.PipeNode, rootDot bool) {
	if p == nil {
		return
	}
	for _, cmd := range p.Cmds {
		for i, arg := range cmd.Args {
			w.node(arg, rootDot)
			w.changed = w.changed || i > 0 && adds[cmd.Args[0].String()] && (rootDot && arg.String() == "." || arg.String() == "$")
		}
	}
}

// adds are the functions that put fields into a map.
var adds = map[string]bool{"set": true, "merge": true, "mergeOverwrite": true, "mustMerge": true, "mustMergeOverwrite": true}

var chartVersion = regexp.MustCompile(`\.Chart\.Version\b`)

// label notes an action that writes the chart's version into a label without replacing the "+" that
// Flux puts into it.
func (w *walker) label(n *parse.ActionNode) {
	source := n.Pipe.String()
	if len(n.Pipe.Decl) > 0 || !chartVersion.MatchString(source) || strings.Contains(source, "replace") || strings.Contains(source, "regexReplaceAll") {
		return
	}
	before := w.text[:n.Pos]
	if underLabels(before) {
		w.rawVersionLabels = append(w.rawVersionLabels, strings.Count(before, "\n")+1)
	}
}

// flowLabels is the begin of labels that stand on one line.
var flowLabels = regexp.MustCompile(`\b(?:labels|matchLabels)["']?:[ \t]*\{[^}]*(?:\}\}[^}]*)*$`)

// underLabels reports whether the last line of text belongs to a map called labels or matchLabels,
// going by indentation.
func underLabels(text string) bool {
	lines := strings.Split(text, "\n")
	last := lines[len(lines)-1]
	if flowLabels.MatchString(last) {
		return true
	}
	indent := len(last) - len(strings.TrimLeft(last, " "))
	for i := len(lines) - 2; i >= 0; i-- {
		trimmed := strings.TrimLeft(lines[i], " ")
		if trimmed == "" || strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "{{") || len(lines[i])-len(trimmed) >= indent {
			continue
		}
		key := strings.TrimSpace(strings.TrimPrefix(trimmed, "- "))
		return key == "labels:" || key == "matchLabels:"
	}
	return false
}
