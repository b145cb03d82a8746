package values_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/values"
)

// awkward are texts that YAML writers and readers are known to disagree on.
var awkward = []string{
	"", " ", "  ", "\n", "\n\n", "a\n", "a\n\n", "\na", " a\nb", "a\n  b", "a \nb", "a\n \nb", "a\n\tb", "\ta", "a\t", "a\tb\nc",
	"a\r\nb", "a\rb", "\r", "1.10", "v1", "1e3", ">=1.0.0", "*", "&a", "!x", "|", ">", "%", "@", "`", "123", "0x1F", "0o7", "007", "1_000",
	"on", "off", "yes", "No", "y", "N", "true", "False", "null", "~", "Null", "<<", "=", ".inf", ".nan", "-.inf", "-", "- a", "?", "? a", ":", "a: b", "a:", ":a",
	"#", "a #b", "#a", "'", "\"", "it's", `"q"`, "{", "}", "[", "]", "{}", "[]", "a,b", "---", "...", "--- a", "2024-01-01", "2024-01-01T00:00:00Z", "12:30:45", "1:20", "+1", "-0", "0.0",
	"${VAR}", "$$", "{{ .Values.x }}", "\u0085", "\u2028a", "a\u2029b", "\ufeff", "\x00", "\x07", "\x7f", "ü", "日本", "🎉", "a\n---\nb", "a\n...\nb", "# c\nx: 1\n", strings.Repeat("long ", 60), strings.Repeat("x", 300), strings.Repeat("x", 2000), strings.Repeat("é x", 1000),
	"key: |\n  text\n", "\u00a0", "a\u00a0\nb", "trailing \n", "x\n ", "x\n\t", "\\", `\n`, `a\`, "a\n\n  b\n", "::", "-1", "0b1", "1.", ".5", "1,000", "tilde~", "!!str x", "26.3.2", "500m", "50Gi", "10.0.0.0/8", "https://h:80/x", "a:b", "./x", "/a", "1d", "1:2", "0.0.0.0", "1.2.3-4", "e3", "5m:", "null:", "::1", "inf", "1.2.3e4", "..", "./", "12e03",
}

func readers() map[string]func(string, any) error {
	return map[string]func(string, any) error{
		"yaml 1.2": func(s string, v any) error { return yaml.Unmarshal([]byte(s), v) },
		"helm":     func(s string, v any) error { return sigsyaml.UnmarshalStrict([]byte(s), v) },
	}
}

func mustSurvive(t *testing.T, s string) {
	t.Helper()
	tree := map[string]any{"top": s, "map": map[string]any{"in": s, "list": []any{s, s, []any{s}}}}
	if s != "" {
		tree["k"+s] = "v"
		tree["keys"] = map[string]any{s: s}
	}
	text, err := values.Encode(tree, 0)
	if err != nil {
		t.Fatal(err)
	}
	inline, err := values.Encode(tree, 4)
	if err != nil {
		t.Fatal(err)
	}
	for name, read := range readers() {
		var got map[string]any
		if err := read(text, &got); err != nil || !reflect.DeepEqual(got, tree) {
			t.Fatalf("%s reads %q (%v) as\n%#v\nfrom\n%s", name, s, err, got, text)
		}
		// The two places where a bundle has values: in a HelmRelease, and as text in
		// a ConfigMap.
		for _, doc := range []string{"values:\n" + inline + "end: true\n", "data: |\n" + values.Indent(text, 2) + "end: true\n"} {
			var outer map[string]any
			if err := read(doc, &outer); err != nil {
				t.Fatalf("%s cannot read %q: %v\n%s", name, s, err, doc)
			}
			got, inRelease := outer["values"].(map[string]any)
			if !inRelease {
				err = read(outer["data"].(string), &got)
			}
			if err != nil || !reflect.DeepEqual(got, tree) {
				t.Fatalf("%s reads %q (%v) as\n%#v\nfrom\n%s", name, s, err, got, doc)
			}
		}
	}
	scalar, err := values.Scalar(s)
	if err != nil {
		t.Fatal(err)
	}
	if library, err := yaml.Marshal(s); err != nil || scalar == s && string(library) != s+"\n" {
		t.Fatalf("scalar %q stands plain, and the library writes %q", s, library)
	}
	if strings.Contains(scalar, "\n") {
		t.Fatalf("scalar %q is on several lines: %q", s, scalar)
	}
	for name, read := range readers() {
		var got map[string]any
		if err := read("a: "+scalar+"\nb:\n  - c: "+scalar+"\n", &got); err != nil || got["a"] != s {
			t.Fatalf("%s reads scalar %q (%s) as %#v, %v", name, s, scalar, got["a"], err)
		}
	}
}

func TestEncodeIsBlockYAMLWithSortedKeys(t *testing.T) {
	got, err := values.Encode(map[string]any{
		"b": []any{"x", []any{true, nil}, map[string]any{"z": 1e21, "a": []any{map[string]any{}}}}, "B": 1000000.0, "a10": int64(-1), "a9": uint64(1 << 63),
		"list": []any{}, "map": map[string]any{}, "text": "a\n  b\n\nc\n", "version": "1.10", "on": "off", "time": "12:30", "quoted": "a: b", "long": strings.Repeat("word ", 40) + "end",
	}, 2)
	want := `  B: 1000000
  a10: -1
  a9: 9223372036854775808
  b:
    - x
    - - true
      - null
    - a:
        - {}
      z: 1e+21
  list: []
  long: ` + strings.Repeat("word ", 40) + `end
  map: {}
  "on": "off"
  quoted: 'a: b'
  text: |
    a
      b

    c
  time: "12:30"
  version: "1.10"
`
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if got, err := values.Encode(nil, 2); got != "  {}\n" || err != nil {
		t.Errorf("an empty map is %q, %v", got, err)
	}
	for want, v := range map[string]any{"k: item 0: json: unsupported value: NaN": math.NaN(), "k: item 0: a Go value of type int cannot be written": 1} {
		if _, err := values.Encode(map[string]any{"k": []any{v}}, 0); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestAwkwardTextSurvivesEveryReader(t *testing.T) {
	for _, s := range awkward {
		mustSurvive(t, s)
	}
}

func TestRandomTextSurvivesEveryReader(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("ab \n\t\r:#-?|>'\"{}[],&*!%@`~\\.01e$\u0085\u2028é🎉\x01")
	rounds := 5000
	if testing.Short() {
		rounds = 500
	}
	for range rounds {
		var b strings.Builder
		for range rng.IntN(12) {
			b.WriteRune(alphabet[rng.IntN(len(alphabet))])
		}
		mustSurvive(t, b.String())
	}
}

func FuzzEncode(f *testing.F) {
	for _, s := range awkward {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := values.Normalize(map[string]any{"x": s}); err != nil {
			t.Skip("not UTF-8")
		}
		mustSurvive(t, s)
	})
}
