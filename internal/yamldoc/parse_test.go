package yamldoc_test

import (
	stderrors "errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/internal/yamldoc"
)

func TestParseAllReturnsWhatStandsBeforeAProblem(t *testing.T) {
	for text, want := range map[string]struct {
		values []any
		err    string
	}{
		"":                             {},
		"---\n---\n# x\n--- a\n---\nb": {[]any{"a", "b"}, ""},
		"a: 1\n---\nb\n---\nc: [":      {[]any{map[string]any{"a": int64(1)}, "b"}, "line 5: did not find expected node content; check the syntax there"},
		"a\n--- &s [*s]\n--- b":        {[]any{"a"}, `line 2: the anchor "s" contains itself; write the values out`},
	} {
		roots, err := yamldoc.ParseAll([]byte(text))
		var got []any
		for _, root := range roots {
			v, err := yamldoc.Value(root)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, v)
		}
		if diff := cmp.Diff(want.values, got); diff != "" || want.err == "" && err != nil || want.err != "" && (err == nil || err.Error() != want.err) {
			t.Errorf("%q: %v %s", text, err, diff)
		}
	}
}

// Each text is small, and what it stands for fills a machine's memory or stack.
func TestWhatAliasesExpandToIsBounded(t *testing.T) {
	const tooMany, tooDeep = "the document's aliases expand to more than 1000000 values; write out what is needed", "values are nested deeper than 1000 levels; flatten them"
	bomb, chain := "b0: &b0 [x,x,x,x,x,x,x,x,x,x]\n", "c0: &c0 [[[[[[[[[x]]]]]]]]]\n"
	for i := 1; i <= 9; i++ {
		bomb += fmt.Sprintf("b%d: &b%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*b%d,", i-1), 10), ","))
	}
	for i := 1; i <= 200; i++ {
		chain += fmt.Sprintf("c%d: &c%d [[[[[[[[[*c%d]]]]]]]]]\n", i, i, i-1)
	}
	large := "x: &x [" + strings.Repeat("a,", 10_000) + "]\n"
	for name, c := range map[string]struct {
		text, want string
		line       int
	}{
		"aliases of aliases":   {bomb, tooMany, 6},
		"many aliases":         {large + "y:\n" + strings.Repeat("- *x\n", 200), tooMany, 102},
		"aliases in keys":      {large + "y:\n" + strings.Repeat("- {<<: *x}\n", 200), tooMany, 102},
		"in several documents": {strings.Repeat(large+"y: [*x, *x, *x, *x, *x, *x, *x, *x, *x, *x]\n---\n", 12), tooMany, 29},
		"deep":                 {"a: " + strings.Repeat("[", 2000) + strings.Repeat("]", 2000), tooDeep, 1},
		"deep JSON":            {`{"a": ` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + "}", tooDeep, 1},
		"deep by aliases":      {chain, tooDeep, 111},
		"itself":               {"a: &s [*s]", `the anchor "s" contains itself; write the values out`, 1},
		"itself in a map":      {"a: &s {b:\n {c: *s}}", `the anchor "s" contains itself; write the values out`, 2},
		"itself merged":        {"a: &s {<<: *s}", `the anchor "s" contains itself; write the values out`, 1},
		"the parser's own":     {strings.Repeat("[", 1_000_000), "exceeded max depth of 10000; check the syntax there", 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := yamldoc.ParseAll([]byte(c.text))
			p, ok := stderrors.AsType[*yamldoc.Problem](err)
			if !ok || p.Text != c.want || p.Line != c.line {
				t.Errorf("got %.300v, want line %d: %s", err, c.line, c.want)
			}
		})
	}
	for name, text := range map[string]string{
		"at most a million":  large + "y:\n" + strings.Repeat("- *x\n", 99),
		"deep, and not more": strings.Repeat("[", 999) + strings.Repeat("]", 999),
		"no aliases at all":  "x: [" + strings.Repeat("a,", 1_100_000) + "]",
	} {
		if _, err := yamldoc.Parse([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLine(t *testing.T) {
	text := "a:\n- b: &x\n    c: 1\n- d:\n    *x\ne: *x\n"
	for _, document := range []string{text, "{\n\"a\": [\n {\"b\":\n  {\"c\": 1}},\n {\"d\": 2}],\n\"e\": 3}"} {
		root, err := yamldoc.Parse([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		yaml := document == text
		for _, c := range []struct {
			path       []any
			yaml, json int
		}{
			{[]any{}, 1, 1},
			{[]any{"a"}, 1, 2},
			{[]any{"a", 0}, 2, 3},
			{[]any{"a", 0, "b", "c"}, 3, 4},
			{[]any{"a", 1, "d"}, 4, 5},
			{[]any{"a", 1, "d", "no", "more"}, 4, 5},
			{[]any{"a", 7, "d"}, 1, 2},
			{[]any{"a", "d"}, 1, 2},
			{[]any{"e", "c"}, 3, 6},
			{[]any{"no"}, 1, 1},
		} {
			want := c.json
			if yaml {
				want = c.yaml
			}
			if got := yamldoc.Line(root, c.path...); got != want {
				t.Errorf("%v is on line %d, want %d, of\n%s", c.path, got, want, document)
			}
		}
	}
	if yamldoc.Line(nil, "a") != 0 {
		t.Error("no document has lines")
	}
}
