package recipe

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/agnivade/levenshtein"
	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// aliasBudget bounds how many nodes a recipe may expand to through YAML
// aliases: far above any real recipe, far below what fills a machine's memory.
const aliasBudget = 5_000_000

// maxDepth bounds how deep values may be nested.
const maxDepth = 1000

// decoder reads nodes into fields and goes on after a problem, so that all of
// them are reported at once.
type decoder struct {
	strict   bool
	budget   int
	problems []error
	warnings []string
	lines    []refLines
}

// refLines are the lines of a component's fields; "" is the component itself.
type refLines map[string]int

type fields map[string]func(*yaml.Node)

func (d *decoder) problem(line int, format string, args ...any) {
	d.problems = append(d.problems, errors.Invalid("line %d: %s", line, fmt.Sprintf(format, args...)))
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
		d.problems = append(d.problems, errors.New(errors.ErrCodeInvalidRequest, "%s", message))
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
		*dst = append(*dst, s)
	})
}

// tree reads a value of any shape.
func (d *decoder) tree(dst *any, where string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if d.budget -= size(n, d.budget, maxDepth); d.budget <= 0 {
			d.problem(n.Line, "%s: the document's aliases expand without bound; write the values out", where)
			return
		}
		v, err := values.FromNode(resolve(n))
		if err != nil {
			d.problem(n.Line, "%s: %s", where, err)
			return
		}
		*dst = v
	}
}

// size counts the nodes that n expands to, and stops above limit. What is
// nested deeper than depth, as an anchor that holds its own alias is, counts as
// above the limit.
func size(n *yaml.Node, limit, depth int) int {
	n = resolve(n)
	total := 1
	if depth == 0 {
		return limit + 1
	}
	for _, c := range n.Content {
		if total > limit {
			break
		}
		total += size(c, limit-total, depth-1)
	}
	return total
}

func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a single value"
}
