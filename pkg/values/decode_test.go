package values_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/values"
)

func TestDecodeReadsAsHelmDoes(t *testing.T) {
	for text, want := range map[string]any{
		"yes": true, "Y": true, "on": true, "On": true, "no": false, "n": false, "OFF": false, "true": true, "False": false, "'yes'": "yes", "!!str yes": "yes",
		"2024-01-01": "2024-01-01", "2024-01-01T00:00:00Z": "2024-01-01T00:00:00Z", "1:20": "1:20", "0777": int64(511), "0o17": int64(15), "0x1F": int64(31),
		"0b11": int64(3), "1_000": int64(1000), "+1": int64(1), "-0": int64(0), "1e3": float64(1000), "1.50": 1.5, "'1.50'": "1.50", "v1": "v1", "~": nil, "null": nil, "": nil,
		"!!int '5'": int64(5), "!!binary aGk=": "hi", "|\n  a\n  b\n": "a\nb\n", "{}": m{}, "[]": []any{}, "[1, [on]]": []any{int64(1), []any{true}},
		"&x [1]": []any{int64(1)}, "!custom x": "x",
	} {
		got, err := values.Decode([]byte("k: " + text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if diff := cmp.Diff(m{"k": want}, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
		var helm m
		if err := sigsyaml.Unmarshal([]byte("k: "+text), &helm); err != nil {
			t.Errorf("%q: Helm refuses it: %v", text, err)
		}
		if diff := cmp.Diff(helm, asFloats(m{"k": want})); diff != "" {
			t.Errorf("%q: Helm reads (-) something else (+):\n%s", text, diff)
		}
	}
}

// asFloats has the numbers as Helm has them.
func asFloats(v any) any {
	switch v := v.(type) {
	case m:
		out := m{}
		for k, item := range v {
			out[k] = asFloats(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = asFloats(item)
		}
		return out
	case int64:
		return float64(v)
	case uint64:
		return float64(v)
	}
	return v
}

func TestDecodeKeepsWhatOthersLose(t *testing.T) {
	for text, want := range map[string]m{
		"":                                     {},
		"# only a comment\n":                   {},
		"---\n":                                {},
		"null":                                 {},
		"{}":                                   {},
		"--- \na: 1\n...\n":                    {"a": int64(1)},
		"big: 9007199254740993":                {"big": int64(9007199254740993)},
		"big: 18446744073709551615":            {"big": uint64(math.MaxUint64)},
		`{"big": 18446744073709551615}`:        {"big": uint64(math.MaxUint64)},
		`{"big": 9007199254740993}`:            {"big": int64(9007199254740993)},
		`{"on": "yes", "f": 1.0}`:              {"on": "yes", "f": float64(1)},
		"{on: a, 1: b, 1.5: c, 2024-01-01: d}": {"on": "a", "1": "b", "1.5": "c", "2024-01-01": "d"},
		"base: &b {x: 1, y: off}\nc: {<<: *b, x: 2}\nd: *b":         {"base": m{"x": int64(1), "y": false}, "c": m{"x": int64(2), "y": false}, "d": m{"x": int64(1), "y": false}},
		"a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {z: 3, <<: [*a, *b]}": {"a": m{"x": int64(1)}, "b": m{"x": int64(2), "y": int64(2)}, "c": m{"x": int64(1), "y": int64(2), "z": int64(3)}},
		"k: &k name\n*k : v":                   {"k": "name", "name": "v"},
		"text: |\n  a\n\n\nother: |+\n  b\n\n": {"text": "a\n", "other": "b\n\n"},
	} {
		got, err := values.Decode([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got): %s", text, diff)
		}
	}
}

func TestDecodeProblemsAreReadable(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: 2\na: 3":      `line 3: the key "a" appears twice in one map (first on line 1); remove one`,
		"a:\n  1: x\n  '1': y":  `line 3: the key "1" appears twice in one map (first on line 2); remove one`,
		"{\"a\": 1,\n\"a\": 2}": `line 2: the key "a" appears twice in one map (first on line 1); remove one`,
		"a: 1\n---\nb: 2":       "line 3: a second document begins here, and only one can be read; remove the --- or the rest",
		"a: 1\n---\nb: [":       "line 3: did not find expected node content; check the syntax there",
		"- a":                   "line 1: the document is a list, where a map of values is needed",
		"\ntext":                "line 2: the document is text, where a map of values is needed",
		"42":                    "line 1: the document is a number, where a map of values is needed",
		"a: 1\nb: .nan":         "line 2: NaN is not a number that JSON, and so Helm, can hold",
		"a: -.inf":              "line 1: -Inf is not a number that JSON, and so Helm, can hold",
		"a: 1\nb: !!int x":      `line 2: what stands there cannot be read as !!int; quote it to make it text`,
		"a: !!binary '*'":       `line 1: what stands there cannot be read as !!binary; quote it to make it text`,
		"a: !!binary /w==":      "line 1: text is not valid UTF-8",
		"a:\n  ? [x]\n  : y":    "line 2: a map or list cannot be a key",
		"~: x":                  "line 1: null cannot be a key; quote it",
		"a: &a [*a]":            `line 1: the anchor "a" contains itself; write the values out`,
		"a: {<<: 1}":            `line 1: the merge key << has "1", where a map is needed`,
		"a: *nowhere":           "line 1: unknown anchor 'nowhere' referenced; check the syntax there",
		"a: b: c":               "line 1: mapping values are not allowed in this context; check the syntax there",
		"a: \"open":             "line 1: found unexpected end of stream; check the syntax there",
		"a: 1\n\tb: 2":          "line 2: found a tab character that violates indentation; check the syntax there",
		"a: \x01":               "line 1: control characters are not allowed; check the syntax there",
		`{"a": 1} {"b": 2}`:     "line 1: did not find expected <document start>; check the syntax there",
	} {
		if _, err := values.Decode([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
	bomb := "x0: &x0 [" + strings.Repeat("1,", 1000) + "]\nx1: &x1 [" + strings.Repeat("*x0,", 1000) + "]\nx2: [" + strings.Repeat("*x1,", 1000) + "]"
	if _, err := values.Decode([]byte(bomb)); err == nil || !strings.Contains(err.Error(), "aliases expand to more than 1000000 values") {
		t.Errorf("a bomb of aliases: %.200v", err)
	}
}

func TestDecodeJSON(t *testing.T) {
	for text, want := range map[string]any{`null`: nil, `"on"`: "on", `[1, 2.5, "x"]`: []any{int64(1), 2.5, "x"}, `{"a": {"b": null}}`: m{"a": m{"b": nil}}, ` true `: true, `"\ud83d\ude00"`: "😀"} {
		got, err := values.DecodeJSON([]byte(text))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", text, err, diff)
		}
	}
	for text, want := range map[string]string{
		"":                 "it is not JSON: unexpected end of JSON input; put text into double quotes, and close what is open",
		"hello":            "it is not JSON: invalid character 'h' looking for beginning of value; put text into double quotes, and close what is open",
		`{"a": 1`:          "it is not JSON: unexpected end of JSON input; put text into double quotes, and close what is open",
		"1 2":              "it is not JSON: invalid character '2' after top-level value; put text into double quotes, and close what is open",
		`{"a": 1, "a": 2}`: `line 1: the key "a" appears twice in one map (first on line 1); remove one`,
		"1e999":            `line 1: what stands there cannot be read as !!float; quote it to make it text`,
	} {
		if _, err := values.DecodeJSON([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestNormalizeTakesWhatAProgramMayHave(t *testing.T) {
	type section struct {
		N int `json:"n"`
	}
	got, err := values.Normalize(m{"a": []string{"x"}, "b": map[string]string{"k": "v"}, "c": int32(7), "d": section{1}, "e": uint64(5), "f": float32(1.5), "g": 3, "h": []any{int8(1)}})
	if err != nil {
		t.Fatal(err)
	}
	want := m{"a": []any{"x"}, "b": m{"k": "v"}, "c": int64(7), "d": m{"n": int64(1)}, "e": int64(5), "f": 1.5, "g": int64(3), "h": []any{int64(1)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for want, v := range map[string]any{
		"bad: a Go value of type func() cannot be a Helm value: json: unsupported type: func()": func() {},
		"bad: NaN is not a number that JSON, and so Helm, can hold":                             math.NaN(),
		"bad: text is not valid UTF-8":                                                          "\xff",
		`bad: in: item 1: key "\xff" is not valid UTF-8`:                                        m{"in": []any{1, m{"\xff": 1}}},
	} {
		if _, err := values.Normalize(m{"bad": v}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// FuzzDecode writes what it reads, and has Helm's reader and Decode read that.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{"a: 1", "{}", `{"a": "\ud83d\ude00", "b": [1e3, 18446744073709551615]}`, "a: &a [*a]", "on: off", "a: |2\n   x\n\n", "x: &x {y: 1}\nz: {<<: *x}", "a: !!binary aGk=", "? |\n  k\n: -0.0"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := values.Decode(data)
		if err != nil {
			return
		}
		text, err := values.Encode(read, 0)
		if err != nil {
			t.Fatal(err)
		}
		again, err := values.Decode([]byte(text))
		if diff := cmp.Diff(asFloats(read), asFloats(again)); err != nil || diff != "" {
			t.Fatalf("%v, from\n%s%s", err, text, diff)
		}
		helm := m{}
		err = sigsyaml.Unmarshal([]byte(text), &helm)
		if diff := cmp.Diff(asFloats(read), any(helm)); err != nil || diff != "" {
			t.Fatalf("Helm: %v, from\n%s%s", err, text, diff)
		}
	})
}
