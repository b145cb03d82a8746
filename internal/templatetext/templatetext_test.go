package templatetext

import (
	"strings"
	"testing"
	"text/template/parse"
)

func TestTooDeep(t *testing.T) {
	nested := func(begin, end string, count int) string {
		return strings.Repeat(begin, count) + strings.Repeat(end, count)
	}
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"text":                 {"a: {b: c}", false},
		"as deep as allowed":   {nested("{{ if 1 }}", "{{ end }}", MaxNesting), false},
		"if":                   {nested("{{if 1}}", "{{end}}", MaxNesting+1), true},
		"with and range":       {nested("{{- with\n1 -}}{{- range . -}}", "{{- end -}}{{end}}", MaxNesting/2+1), true},
		"without an end":       {strings.Repeat("{{ if 1 }}", MaxNesting+1), true},
		"side by side":         {strings.Repeat("{{ if 1 }}{{ else }}{{ end }}", 2*MaxNesting), false},
		"else if":              {"{{ if 1 }}" + strings.Repeat("{{ else if 1 }}", MaxNesting) + "{{ end }}", true},
		"else with":            {"{{ if 1 }}" + strings.Repeat("{{else with 1}}", MaxNesting) + "{{ end }}", true},
		"else if, closed":      {strings.Repeat("{{ if 1 }}{{ else if 1 }}{{- else -}}{{ end }}", 2*MaxNesting), false},
		"parentheses":          {"{{ " + nested("(", ")", MaxParentheses+1) + " }}", true},
		"few parentheses":      {"{{ " + strings.Repeat("(1) ", 2*MaxParentheses) + nested("(", ")", MaxParentheses) + "}}{{ \"" + nested("(", ")", 2*MaxParentheses) + "\" }}", false},
		"ends too many":        {strings.Repeat("{{ end }}", 5) + nested("{{if 1}}", "{{end}}", 5), false},
		"in quotes":            {strings.Repeat("{{ \"}}{{if 1}}\" }}", 2*MaxNesting), false},
		"in a comment":         {strings.Repeat("{{/* {{if 1}} */}}", 2*MaxNesting), false},
		"words that begin so":  {strings.Repeat("{{ if 1 }}{{ end0 }}{{ endé }}", MaxNesting+1), true},
		"an action without an": {"{{ if 1 }}{{ \"", false},
	} {
		if got := TooDeep(test.text); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// FuzzDepth: no template that Go parses is nested deeper than depth says; one without definitions is just as deep.
func FuzzDepth(f *testing.F) {
	for _, text := range []string{
		"a {{ if .b }} {{- else if .c -}} {{ end }}", "{{ if 1 }}{{ else }}{{ if 1 }}{{ end }}{{ end }}", "{{ with 1 }}{{else with 2}}{{else}}{{end}}{{ range 1 }}{{ else }}{{ end }}", "{{/* a }} b */}}{{ 1 }}", "{{- /* x */ -}}", "{{ \"}}\" }}", "{{ '}' }}", "{{`}}`}}",
		"{{define \"a\"}}{{block \"b\" .}}{{end}}{{end}}", "{{ range $i, $x := .a }}{{break}}{{end}}", "{{if0}}", "{{ if 1 }}{{ end0 | endé }}{{ end }}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tree := parse.New("fuzz")
		tree.Mode = parse.SkipFuncCheck
		trees := map[string]*parse.Tree{}
		if _, err := tree.Parse(text, "", "", trees); err != nil {
			return
		}
		most := 0
		for _, tree := range trees {
			most = max(most, deepest(tree.Root))
		}
		got := depth(text, len(text))
		if got > len(text) {
			return // parentheses
		}
		if got < most || got > most && !strings.Contains(text, "define") && !strings.Contains(text, "block") {
			t.Errorf("%q is %d deep, not %d", text, most, got)
		}
	})
}

func deepest(n parse.Node) int {
	branch := func(b parse.BranchNode) int { return 1 + max(deepest(b.List), deepest(b.ElseList)) }
	switch n := n.(type) {
	case *parse.IfNode:
		return branch(n.BranchNode)
	case *parse.WithNode:
		return branch(n.BranchNode)
	case *parse.RangeNode:
		return branch(n.BranchNode)
	case *parse.ListNode:
		most := 0
		if n != nil {
			for _, inner := range n.Nodes {
				most = max(most, deepest(inner))
			}
		}
		return most
	}
	return 0
}
