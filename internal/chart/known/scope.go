package known

import "text/template/parse"

// scope is one template that is followed.
type scope struct {
	*reader
	// given is what "$" is, dot what "." is.
	given, dot value
	// variables are all that each was set to, wherever.
	variables map[string]*value
	// dicts are the maps and lists that were made, by the command that makes them, and at is the one
	// that is followed.
	dicts map[*parse.CommandNode]*dict
	at    *parse.CommandNode
}

// made is the map or list that the command makes, each time.
func (s *scope) made() *dict {
	if s.dicts[s.at] == nil {
		s.dicts[s.at] = &dict{}
	}
	return s.dicts[s.at]
}

// step takes one, and goes one deeper; false is the end.
func (s *scope) step() bool {
	s.left--
	if s.depth >= maxDepth {
		s.left = 0
	}
	if s.left <= 0 {
		return false
	}
	s.depth++
	return true
}

func (s *scope) node(n parse.Node, dot value) {
	if !s.step() {
		return
	}
	defer func() { s.depth-- }()
	s.dot = dot
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, item := range n.Nodes {
				s.node(item, dot)
			}
		}
	case *parse.ActionNode:
		v := s.pipe(n.Pipe)
		if len(n.Pipe.Decl) == 0 {
			s.use(v)
		}
	case *parse.TemplateNode:
		s.call(n.Name, s.pipe(n.Pipe))
	case *parse.IfNode:
		s.pipe(n.Pipe) // only the truth of it is asked
		s.node(n.List, dot)
		s.node(n.ElseList, dot)
	case *parse.WithNode:
		s.node(n.List, s.pipe(n.Pipe))
		s.node(n.ElseList, dot)
	case *parse.RangeNode:
		s.ranged(n, dot)
	}
}

// ranged follows a loop twice: what it puts into a variable, its next turn may read.
func (s *scope) ranged(n *parse.RangeNode, dot value) {
	const turns = 2
	before := -1
	for turn := 0; turn < turns && s.grown != before; turn++ {
		before = s.grown
		s.dot = dot
		over := s.pipeline(n.Pipe)
		item := s.elements(over)
		for i, variable := range n.Pipe.Decl {
			v := item
			if len(n.Pipe.Decl) > 1 && i == 0 {
				v = keysOf(over)
			}
			s.assign(variable.Ident[0], v)
		}
		s.node(n.List, item)
	}
	s.node(n.ElseList, dot)
}

func (s *scope) assign(variable string, v value) {
	if old := s.variables[variable]; old != nil {
		v = union(*old, v)
		if v.size() == old.size() {
			return
		}
	}
	s.grown++
	s.variables[variable] = &v
}

// pipe is the value of a pipeline, which is kept in its variables.
func (s *scope) pipe(pipe *parse.PipeNode) value {
	v := s.pipeline(pipe)
	if pipe != nil {
		for _, variable := range pipe.Decl {
			s.assign(variable.Ident[0], v)
		}
	}
	return v
}

func (s *scope) pipeline(pipe *parse.PipeNode) value {
	if pipe == nil {
		return something()
	}
	var v value
	for i, cmd := range pipe.Cmds {
		if i == 0 {
			v = s.command(cmd, nil)
		} else {
			v = s.command(cmd, &v)
		}
	}
	return v
}

// command is the value of a command, to which the one before it in the pipeline may be the last
// argument.
func (s *scope) command(cmd *parse.CommandNode, before *value) value {
	name, isFunction := cmd.Args[0].(*parse.IdentifierNode)
	var args []value
	for _, arg := range cmd.Args[1:] {
		args = append(args, s.operand(arg))
	}
	if before != nil {
		args = append(args, *before)
	}
	if isFunction {
		s.at = cmd
		return s.function(name.Ident, args)
	}
	for _, arg := range args {
		s.use(arg) // it is given to a method
	}
	return s.operand(cmd.Args[0])
}

func (s *scope) operand(n parse.Node) value {
	if !s.step() {
		return something()
	}
	defer func() { s.depth-- }()
	switch n := n.(type) {
	case *parse.DotNode:
		return s.dot
	case *parse.FieldNode:
		return s.fields(s.dot, n.Ident)
	case *parse.ChainNode:
		return s.fields(s.operand(n.Node), n.Field)
	case *parse.VariableNode:
		if n.Ident[0] == "$" {
			return s.fields(s.given, n.Ident[1:])
		}
		if v := s.variables[n.Ident[0]]; v != nil {
			return s.fields(*v, n.Ident[1:])
		}
	case *parse.PipeNode:
		return s.pipe(n)
	case *parse.StringNode:
		return value{texts: []string{n.Text}}
	case *parse.NumberNode:
		return value{texts: []string{n.Text}}
	}
	return something()
}

func (s *scope) fields(v value, names []string) value {
	for _, name := range names {
		v = s.field(v, name)
	}
	return v
}
