package known

import (
	"bytes"
	"slices"
	"strings"
	"text/template/parse"
	"unicode"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// vocabulary is what the templates of a chart say of values. It knows names and not paths: a name
// that any template uses counts as used everywhere.
type vocabulary struct {
	// words are all names that occur, in templates, in the schema, and in the comments of the
	// default values.
	words map[string]bool
	// whole are names of values that a template uses as a whole, so that anything may be below
	// them.
	whole map[string]bool
}

// betweenWords reports whether a rune is part of no name of a value.
func betweenWords(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_' && r != '-'
}

func (v *vocabulary) add(text []byte) {
	for _, word := range bytes.FieldsFunc(text, betweenWords) {
		v.words[string(word)] = true
	}
}

// vocabularyOf reads a chart, without those inside it.
func vocabularyOf(part *chart.Part) *vocabulary {
	v := &vocabulary{words: map[string]bool{}, whole: map[string]bool{}}
	v.add(part.Values)
	v.add(part.Schema)
	for _, d := range part.Dependencies {
		v.add([]byte(d.Condition))
		if d.Imports {
			v.whole["Values"] = true
		}
	}
	for name, text := range part.Templates {
		v.add(text)
		trees, err := localformat.ParseTemplate(name, text)
		if err != nil {
			v.whole["Values"] = true
			continue
		}
		for _, t := range trees {
			w := &wholes{vocabulary: v, variables: map[string][]string{}}
			w.node(t.Root)
		}
	}
	return v
}

// wholes finds the names that one template uses as a whole.
type wholes struct {
	*vocabulary
	// scopes are the names of the value that is the dot, the innermost last; no names at the top.
	scopes [][]string
	// variables are the names of the value that a variable holds.
	variables map[string][]string
}

func (w *wholes) node(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, item := range n.Nodes {
				w.node(item)
			}
		}
	case *parse.ActionNode:
		w.action(n.Pipe)
	case *parse.TemplateNode:
		w.mark(w.ends(n.Pipe))
	case *parse.IfNode:
		w.declare(n.Pipe, w.ends(n.Pipe)) // only the truth of it is asked
		w.node(n.List)
		w.node(n.ElseList)
	case *parse.WithNode:
		w.scoped(n.Pipe, n.List, n.ElseList)
	case *parse.RangeNode:
		// The keys of what is ranged over are free, and its items are taken for used.
		w.mark(w.ends(n.Pipe))
		w.scoped(n.Pipe, n.List, n.ElseList)
	}
}

// action is a pipeline whose outcome is written, or kept in a variable.
func (w *wholes) action(pipe *parse.PipeNode) {
	ends := w.ends(pipe)
	if pipe != nil && len(pipe.Decl) > 0 && !isCall(pipe) {
		w.declare(pipe, ends)
		return
	}
	w.mark(ends)
}

func (w *wholes) scoped(pipe *parse.PipeNode, list, otherwise *parse.ListNode) {
	ends := w.ends(pipe)
	if isCall(pipe) {
		w.mark(ends)
	}
	w.declare(pipe, ends)
	w.scopes = append(w.scopes, ends)
	w.node(list)
	w.scopes = w.scopes[:len(w.scopes)-1]
	w.node(otherwise)
}

func (w *wholes) declare(pipe *parse.PipeNode, ends []string) {
	if pipe == nil {
		return
	}
	for _, variable := range pipe.Decl {
		w.variables[variable.Ident[0]] = append(w.variables[variable.Ident[0]], ends...)
	}
}

func (w *wholes) mark(names []string) {
	for _, name := range names {
		w.whole[name] = true
	}
}

// isCall reports whether a pipeline calls a function that may look at all of its arguments.
func isCall(pipe *parse.PipeNode) bool {
	return pipe != nil && slices.ContainsFunc(pipe.Cmds, func(cmd *parse.CommandNode) bool {
		name, isName := cmd.Args[0].(*parse.IdentifierNode)
		return isName && !selects[name.Ident]
	})
}

// selects are functions that lead from a map to one of its values.
var selects = map[string]bool{"index": true, "get": true, "default": true}

// asks are functions that do no more with a map than to look at one of its keys, or whether it is
// empty.
var asks = map[string]bool{"hasKey": true, "not": true, "and": true, "or": true, "empty": true, "eq": true, "ne": true, "kindIs": true}

// ends returns the names in which the chains of a pipeline end.
func (w *wholes) ends(pipe *parse.PipeNode) []string {
	if pipe == nil {
		return nil
	}
	var names []string
	for _, cmd := range pipe.Cmds {
		names = append(names, w.command(cmd)...)
	}
	return names
}

func (w *wholes) command(cmd *parse.CommandNode) []string {
	args := cmd.Args
	if name, ok := args[0].(*parse.IdentifierNode); ok {
		switch {
		case (name.Ident == "index" || name.Ident == "get") && len(args) > 2:
			if key, constant := args[len(args)-1].(*parse.StringNode); constant {
				return []string{key.Text}
			}
		case name.Ident == "hasKey" || name.Ident == "dig":
			return nil
		}
		args = args[1:]
	}
	var names []string
	for _, arg := range args {
		names = append(names, w.operand(arg)...)
	}
	return names
}

func (w *wholes) operand(n parse.Node) []string {
	switch n := n.(type) {
	case *parse.FieldNode:
		return last(n.Ident)
	case *parse.ChainNode:
		w.nested(n.Node)
		return last(n.Field)
	case *parse.VariableNode:
		if len(n.Ident) > 1 {
			return last(n.Ident)
		}
		return w.variables[n.Ident[0]]
	case *parse.DotNode:
		if len(w.scopes) > 0 {
			return w.scopes[len(w.scopes)-1]
		}
	case *parse.PipeNode:
		ends := w.ends(n)
		if isCall(n) && !isQuestion(n) {
			w.mark(ends)
		}
		return ends
	}
	return nil
}

// nested looks at what a chain begins with: what functions in it are given can be used as a whole.
func (w *wholes) nested(n parse.Node) {
	if pipe, ok := n.(*parse.PipeNode); ok && isCall(pipe) {
		w.mark(w.ends(pipe))
	}
}

func isQuestion(pipe *parse.PipeNode) bool {
	return !slices.ContainsFunc(pipe.Cmds, func(cmd *parse.CommandNode) bool {
		name, isName := cmd.Args[0].(*parse.IdentifierNode)
		return isName && !asks[name.Ident]
	})
}

func last(names []string) []string { return names[len(names)-1:] }

// knows reports whether a name occurs; one with a dot or a slash is looked up by its parts.
func (v *vocabulary) knows(name string) bool {
	if v.words[name] {
		return true
	}
	parts := strings.FieldsFunc(name, betweenWords)
	if len(parts) < 2 || strings.HasPrefix(name, "x-") {
		return strings.HasPrefix(name, "x-")
	}
	return !slices.ContainsFunc(parts, func(part string) bool { return !v.words[part] })
}
