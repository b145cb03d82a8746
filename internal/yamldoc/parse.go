// Package yamldoc reads YAML and JSON: into nodes that know their lines, and from these into values
// (Value) or into Go structs (Decode). Every document that a person hands to the program is read
// here: recipes, values, the registry, the config file, the provenance, the objects of a bundle. It
// exists for its messages, which name the line, and because the YAML library alone takes what
// silently loses data, and what fills the memory.
package yamldoc

import (
	"bytes"
	stderrors "errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Problem is something that is wrong at a line of a document; line 0 is unknown. The errors of this
// package hold one each.
type Problem struct {
	Line int
	Text string
}

// Error returns "line N: text".
func (p *Problem) Error() string {
	if p.Line == 0 {
		return p.Text
	}
	return fmt.Sprintf("line %d: %s", p.Line, p.Text)
}

// Problemf returns an invalid request that is a Problem.
func Problemf(line int, format string, args ...any) error {
	return errors.Wrap(errors.ErrCodeInvalidRequest, &Problem{Line: line, Text: fmt.Sprintf(format, args...)}, "")
}

// Parse reads one YAML or JSON document and returns its root, or nil where the document is empty.
// No alias in the tree leads back to itself, and what aliases expand to is bounded.
func Parse(data []byte) (*yaml.Node, error) {
	if root, err := ParseJSON(data); err == nil && !isNull(root) {
		return root, nil
	}
	all, err := ParseAll(data)
	switch {
	case err != nil || len(all) == 0:
		return nil, err
	case len(all) > 1:
		return nil, Problemf(all[1].Line, "a second document begins here, and only one can be read; remove the --- or the rest")
	}
	return all[0], nil
}

// ParseAll reads the documents of a YAML stream, without the empty ones. With an error it returns
// those that stand before it.
func ParseAll(data []byte) ([]*yaml.Node, error) {
	var all []*yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	within := &bounds{anchors: map[*yaml.Node]extent{}}
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if stderrors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, syntaxProblem(err)
		}
		root := doc.Content[0]
		if _, err := within.measure(root, 0); err != nil {
			return all, err
		}
		if !isNull(root) {
			all = append(all, root)
		}
	}
}

var parserPrefix = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

// syntaxProblem takes the parser's name off its message, and gives the message a line where the
// parser names none, which it does on the first.
func syntaxProblem(err error) error {
	prefix, line := parserPrefix.FindStringSubmatch(err.Error()), 1
	if n, err := strconv.Atoi(prefix[1]); err == nil {
		line = n
	}
	return Problemf(line, "%s; check the syntax there", err.Error()[len(prefix[0]):])
}
