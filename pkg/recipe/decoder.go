package recipe

import (
	stderrors "errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/agnivade/levenshtein"
	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/document"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// decoder reads nodes into fields and goes on after a problem, so that all of
// them are reported at once.
type decoder struct {
	strict   bool
	budget   int
	problems []error
	warnings []string
	lines    *lines
}

// lines say where the things stand that are checked after decoding.
type lines struct {
	refs  []refLines
	order []int // of the entries of deploymentOrder
}

// refLines are the lines of a component's fields; "" is the component itself.
type refLines map[string]int

// ref returns the line of a field of component i, or of the component where it
// does not have the field; 0 is unknown, as for a recipe made by a program.
func (l *lines) ref(i int, field string) int {
	if l == nil || i >= len(l.refs) {
		return 0
	}
	if line, ok := l.refs[i][field]; ok {
		return line
	}
	return l.refs[i][""]
}

// entry returns the line of an entry of deploymentOrder, or 0.
func (l *lines) entry(i int) int {
	if l == nil || i >= len(l.order) {
		return 0
	}
	return l.order[i]
}

// invalidAt is errors.Invalid that begins with the line where it is known.
func invalidAt(line int, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if line > 0 {
		text = fmt.Sprintf("line %d: %s", line, text)
	}
	return errors.Invalid("%s", text)
}

type fields map[string]func(*yaml.Node)

func (d *decoder) problem(line int, format string, args ...any) {
	d.problems = append(d.problems, invalidAt(line, format, args...))
}

func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// object reads a map whose keys are known; where names it in messages.
func (d *decoder) object(n *yaml.Node, where string, known fields) {
	n = resolve(n)
	if isNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.problem(n.Line, "%s is %s, where a map is needed", where, kind(n))
		return
	}
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := resolve(n.Content[i]), n.Content[i+1]
		if first, twice := seen[key.Value]; twice {
			d.problem(key.Line, "%s has the key %q twice (first on line %d); remove one", where, key.Value, first)
			continue
		}
		seen[key.Value] = key.Line
		if read, ok := known[key.Value]; ok {
			read(value)
			continue
		}
		d.unknown(key, where, known)
	}
}

func (d *decoder) unknown(key *yaml.Node, where string, known fields) {
	if key.ShortTag() == "!!merge" {
		d.problem(key.Line, "%s uses the merge key <<, which only values may use; write the fields out", where)
		return
	}
	message := fmt.Sprintf("line %d: %s has the unknown key %q", key.Line, where, key.Value)
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if levenshtein.ComputeDistance(name, key.Value) <= 2 {
			message += fmt.Sprintf("; did you mean %q?", name)
			break
		}
	}
	if d.strict {
		d.problems = append(d.problems, errors.Invalid("%s", message))
		return
	}
	d.warnings = append(d.warnings, message+" (ignored)")
}

// text reads a scalar exactly as it is written: version: 1.10 is "1.10".
func (d *decoder) text(dst *string, where string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		n = resolve(n)
		switch {
		case isNull(n):
		case n.Kind != yaml.ScalarNode:
			d.problem(n.Line, "%s is %s, where text is needed", where, kind(n))
		default:
			*dst = n.Value
		}
	}
}

func (d *decoder) number(dst *int, where string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		n = resolve(n)
		if isNull(n) {
			return
		}
		v, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || v < 0 {
			d.problem(n.Line, "%s must be a whole number of at least 0", where)
			return
		}
		*dst = v
	}
}

// list calls read for each item.
func (d *decoder) list(where string, read func(i int, n *yaml.Node)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		n = resolve(n)
		if isNull(n) {
			return
		}
		if n.Kind != yaml.SequenceNode {
			d.problem(n.Line, "%s is %s, where a list is needed", where, kind(n))
			return
		}
		for i, item := range n.Content {
			read(i, resolve(item))
		}
	}
}

func (d *decoder) texts(dst *[]string, where string) func(*yaml.Node) {
	return d.textLines(dst, new([]int), where)
}

// textLines is texts that also keeps the line of each text.
func (d *decoder) textLines(dst *[]string, at *[]int, where string) func(*yaml.Node) {
	return d.list(where, func(i int, n *yaml.Node) {
		var s string
		d.text(&s, fmt.Sprintf("%s[%d]", where, i))(n)
		if n.Kind != yaml.ScalarNode {
			return
		}
		if s == "" {
			d.problem(n.Line, "%s[%d] is empty; remove it", where, i)
			return
		}
		*dst, *at = append(*dst, s), append(*at, n.Line)
	})
}

// tree reads a value of any shape.
func (d *decoder) tree(dst *any, where string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, err := values.FromNode(n, &d.budget)
		if p, ok := stderrors.AsType[*document.Problem](err); ok {
			d.problem(p.Line, "%s: %s", where, p.Text)
			return
		}
		*dst = v
	}
}

func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	}
	if isNull(n) {
		return "null"
	}
	return "a single value"
}
