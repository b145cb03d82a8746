// Package document parses one YAML or JSON document into nodes that know their
// lines. It stands below every room that reads a document: values, recipes, the
// registry, the config file.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Problem is something that is wrong at a line of a document.
type Problem struct {
	Line int
	Text string
}

// Error returns "line N: text".
func (p *Problem) Error() string { return fmt.Sprintf("line %d: %s", p.Line, p.Text) }

// Problemf returns a Problem at the line.
func Problemf(line int, format string, args ...any) error {
	return &Problem{Line: line, Text: fmt.Sprintf(format, args...)}
}

// Parse reads one YAML or JSON document and returns its root, or nil where the
// document is empty. An error is a Problem.
func Parse(data []byte) (*yaml.Node, error) {
	if looksLikeJSON(data) && json.Valid(data) {
		return JSON(data)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		return nil, nil
	case err != nil:
		return nil, SyntaxProblem(err)
	}
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
		return doc.Content[0], nil
	case err != nil:
		return nil, SyntaxProblem(err)
	}
	return nil, Problemf(max(second.Line, 1), "a second document begins here, and only one can be read; remove the --- or the rest")
}

func looksLikeJSON(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{"))
}

var syntaxLine = regexp.MustCompile(`^line (\d+): `)

// SyntaxProblem makes a Problem of an error of the YAML parser: it takes the parser's own name off its message, and gives the
// message a line where the parser names none, which it does on the first.
func SyntaxProblem(err error) error {
	text, line := strings.TrimPrefix(err.Error(), "yaml: "), 1
	if m := syntaxLine.FindStringSubmatch(text); m != nil {
		text = text[len(m[0]):]
		line, _ = strconv.Atoi(m[1]) // the expression lets only digits through
	}
	return Problemf(line, "%s; check the syntax there", text)
}
