package substitution_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/internal/substitution"
)

func none(string) (string, bool) { return "", false }

// applied is what Flux makes of the texts, in strict mode.
func applied(t *testing.T, object map[string]any, give func(string) (string, bool)) map[string]any {
	t.Helper()
	out, err := substitution.Apply(object, give)
	if err != nil {
		t.Fatal(err)
	}
	var after map[string]any
	if err := json.Unmarshal(out, &after); err != nil {
		t.Fatal(err)
	}
	return after
}

func TestLiteralTextSurvives(t *testing.T) {
	awkward := []string{"", "$", "$$", "$$$", "$$$$", "${", "$${", "$$${a}", "${a}", "${a:=b}", "a$", "$a", "${{ x }}", "}", "$${{$", "it's ${a} \"b\"", "\n$$\n${a}\n", "a\t${b: c}", "'${a}'", strings.Repeat("a $${b} ", 40)}
	for _, text := range awkward {
		written := map[string]any{"v": substitution.Literal(text), substitution.Literal(text) + "k": []any{substitution.Literal(text)}}
		want := map[string]any{"v": text, text + "k": []any{text}}
		if got := applied(t, written, none); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if got := substitution.Unescape(substitution.Literal(text)); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	const variables = "${a}$${b}${c:=$$ ${d}$$}$$$$"
	if got := substitution.Unescape(variables); got != "${a}${b}${c:=$$ ${d}$$}$$" {
		t.Errorf("%q becomes %q", variables, got)
	}
}

func FuzzLiteralTextSurvives(f *testing.F) {
	f.Add("a$${b}$")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ToValidUTF8(text, "") != text || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r >= 0x7f && r <= 0x9f || r >= 0xfffe }) {
			t.Skip()
		}
		if got := applied(t, map[string]any{"v": substitution.Literal(text)}, none)["v"]; got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}

func TestVariables(t *testing.T) {
	for text, want := range map[string]string{
		"": "[] <nil>", "$a $$ $${a}": "[] <nil>", "${a}": "[{a true}] <nil>", "x${b:=c}y${a}": "[{a true} {b false}] <nil>", "${a}${a:=b}": "[{a true}] <nil>",
		"${a:-${b}}": "[{a false} {b true}] <nil>", "${a^^}${#b}${c:0:1}${d/x/y}": "[{a true} {b true} {c true} {d true}] <nil>", "$$${a}": "[{a true}] <nil>",
		"${1X}":  `[] "1X" cannot be the name of a variable: use letters, digits and _, and no digit at the beginning`,
		"${é}":   `[] "é" cannot be the name of a variable: use letters, digits and _, and no digit at the beginning`,
		"${a":    "[] missing closing brace",
		"${a.b}": "[] missing closing brace",
	} {
		v, err := substitution.Variables(text)
		if got := fmt.Sprint(v, err); !strings.EqualFold(got, want) {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{strings.Repeat("${a:=", 1<<20), strings.Repeat("$$", 1<<20) + "${a}"} {
		if _, err := substitution.Variables(text); err == nil {
			t.Error("a text that takes for ever is read")
		}
	}
}

func TestApply(t *testing.T) {
	give := func(name string) (string, bool) {
		v, ok := map[string]string{"port": "8080", "quoted": `"8080"`, "on": "true", "version": "1.10", "colon": "a: b"}[name]
		return v, ok
	}
	for text, want := range map[string]any{"${port}": 8080.0, "${quoted}": "8080", "${on}": true, "${version}": 1.1, "v${version}": "v1.10", "${none:=d}": "d", "${none:=}": nil} {
		if got := applied(t, map[string]any{"v": text}, give)["v"]; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	for text, says := range map[string]string{"${none}": `"none"`, "${colon}": "no YAML any more", "${a": "brace"} {
		if out, err := substitution.Apply(map[string]any{"v": text}, give); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %s, %v", text, out, err)
		}
	}
}

func TestOff(t *testing.T) {
	for _, field := range []string{"annotations", "labels"} {
		if !substitution.Off(map[string]any{"metadata": map[string]any{field: map[string]any{substitution.Key: substitution.Disabled}}}) {
			t.Error(field)
		}
	}
	if substitution.Off(map[string]any{"metadata": map[string]any{"annotations": map[string]any{substitution.Key: "enabled"}}}) {
		t.Error("another value counts")
	}
}
