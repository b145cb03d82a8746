package yamldoc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// size reads itself, as a duration does.
type size int

func (s *size) Set(text string) error {
	if _, err := fmt.Sscanf(text, "%dGi", s); err != nil {
		return fmt.Errorf("%q is not a size such as 5Gi", text)
	}
	return nil
}

// owner is a map, or just a name.
type owner struct {
	Name string `json:"name"`
	Team string `json:"team"`
}

func (o *owner) Set(name string) error {
	o.Name = name
	return nil
}

type Common struct {
	Version string `json:"version"`
}

type document struct {
	Common
	Replicas int            `json:"replicas,omitempty"`
	Enabled  bool           `json:"enabled"`
	Disk     size           `json:"disk"`
	Owners   []owner        `json:"owners"`
	Tags     []string       `json:"tags"`
	Parts    []*part        `json:"parts" item:"part"`
	Values   map[string]any `json:"values"`
	Any      any            `json:"any"`
	Anys     []any          `json:"anys"`
	Hidden   string         `json:"-"`
	Untagged string
}

type part struct {
	Name  string `json:"name"`
	Place struct {
		Zone string `json:"zone"`
	} `json:"place"`
}

func TestDecodeReadsEveryKindOfField(t *testing.T) {
	var got document
	err := yamldoc.Unmarshal([]byte(`
version: 1.10
replicas: 3
enabled: yes
disk: 5Gi
owners: [a, {name: b, team: c}]
tags: [1.0, on, "x"]
parts:
- &one {name: one, place: &zone {zone: 007}}
- {<<: *one, name: two}
- name: three
  place: *zone
values: {a: {on: off}}
any: [1, 2024-01-01]
anys: [~, x]
`), &got, yamldoc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := document{
		Common: Common{"1.10"}, Replicas: 3, Enabled: true, Disk: 5, Owners: []owner{{Name: "a"}, {"b", "c"}}, Tags: []string{"1.0", "on", "x"},
		Parts: []*part{{Name: "one"}, {Name: "two"}, {Name: "three"}}, Values: map[string]any{"a": map[string]any{"on": false}}, Any: []any{int64(1), "2024-01-01"}, Anys: []any{nil, "x"},
	}
	for _, p := range want.Parts {
		p.Place.Zone = "007"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, text := range []string{"", "# nothing", "---\n", "null", "{}", "version:\ntags: ~\nparts: null\nvalues:\nany:\ndisk:\nowners:"} {
		var got document
		if err := yamldoc.Unmarshal([]byte(text), &got, yamldoc.Options{}); err != nil || !cmp.Equal(got, document{}) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestDecodeNamesLineFieldAndNeed(t *testing.T) {
	for text, want := range map[string]string{
		"- a":                           "line 1: the document is a list, where a map is needed",
		"\ntext":                        `line 2: the document is "text", where a map is needed`,
		"version: [a]":                  "line 1: version is a list, where text is needed",
		"replicas: 1.5":                 `line 1: replicas is "1.5", where a whole number is needed`,
		"enabled: 'yes'":                `line 1: enabled is "yes", where true or false is needed`,
		"enabled: {}":                   "line 1: enabled is a map, where true or false is needed",
		"disk: [5Gi]":                   "line 1: disk is a list, where a single value is needed",
		"disk: 5":                       `line 1: disk: "5" is not a size such as 5Gi`,
		"owners: a":                     `line 1: owners is "a", where a list is needed`,
		"owners: [[]]":                  "line 1: owners[0] is a list, where a map is needed",
		"tags: [a, '', ~, {}]":          "3 problems:\n  - line 1: tags[1] is empty; remove it\n  - line 1: tags[2] is empty; remove it\n  - line 1: tags[3] is a map, where text is needed",
		"parts: [x, ~]":                 "2 problems:\n  - line 1: parts[0] is \"x\", where a part is needed\n  - line 1: parts[1] is null, where a part is needed",
		"parts: [{place: {zone: {}}}]":  "line 1: parts[0].place.zone is a map, where text is needed",
		"parts: [{name: a, place: b}]":  `line 1: part "a": place is "b", where a map is needed`,
		"values: [a]":                   "line 1: values is a list, where a map is needed",
		"values:\n  a: 1\n  a: 2":       `line 3: values: the key "a" appears twice in one map (first on line 2); remove one`,
		"any: .inf":                     "line 1: any: +Inf is not a number that JSON, and so Helm, can hold",
		"version: a\nversion: b":        `line 2: the key "version" appears twice in one map (first on line 1); remove one`,
		"<<: {version: a}\n<<: {}":      `line 2: the key "<<" appears twice in one map (first on line 1); remove one`,
		"<<: [{}, a]":                   `line 1: the merge key << has "a", where a map is needed`,
		"? [a]\n: b\n~: c":              "2 problems:\n  - line 1: a map or list cannot be a key\n  - line 3: null cannot be a key; quote it",
		"Untagged: x\nHidden: y\n-: z":  "3 problems:\n  - line 1: unknown key \"Untagged\"; remove it\n  - line 2: unknown key \"Hidden\"; remove it\n  - line 3: unknown key \"-\"; remove it",
		"a: 1\n---\nb: 2":               "line 3: a second document begins here, and only one can be read; remove the --- or the rest",
		"version: x\nreplicas: &a [*a]": `line 2: the anchor "a" contains itself; write the values out`,
	} {
		err := yamldoc.Unmarshal([]byte(text), &document{}, yamldoc.Options{})
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestUnknownKeys(t *testing.T) {
	text := `
Version: 1      # in case
replica: 1      # nearly
TAGS: [x]
count: 1        # a synonym
parts:
- name: a
  nam: b        # too short for two letters, not for one
  mane: c
  count: 1      # no synonym here: a part has no replicas
x-note: {any: [thing]}
`
	meant := []string{
		`line 2: unknown key "Version"; did you mean "version"?`,
		`line 3: unknown key "replica"; did you mean "replicas"?`,
		`line 4: unknown key "TAGS"; did you mean "tags"?`,
		`line 5: unknown key "count"; did you mean "replicas"?`,
		`line 8: part "a": unknown key "nam"; did you mean "name"?`,
	}
	other := []string{`line 9: part "a": unknown key "mane"`, `line 10: part "a": unknown key "count"`, `line 11: unknown key "x-note"`}
	for mode, want := range map[yamldoc.UnknownKeys]struct{ problems, warnings string }{
		yamldoc.Refuse: {strings.Join(append(meant, other...), "\n"), ""},
		yamldoc.Warn:   {strings.Join(meant, "\n"), strings.Join(other, " (ignored)\n") + " (ignored)"},
		yamldoc.Ignore: {},
	} {
		root, err := yamldoc.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		warnings, err := yamldoc.Decode(root, &document{}, yamldoc.Options{Unknown: mode, Synonyms: map[string]string{"count": "replicas"}})
		var problems []string
		if list, ok := err.(errors.List); ok { //nolint:errorlint // it is what Join returned
			for _, err := range list {
				problems = append(problems, strings.TrimSuffix(err.Error(), "; remove it"))
			}
		}
		if diff := cmp.Diff(want.problems, strings.Join(problems, "\n")) + cmp.Diff(want.warnings, strings.Join(warnings, "\n")); diff != "" {
			t.Errorf("mode %d: %s", mode, diff)
		}
	}
	long := "version" + strings.Repeat("x", 1<<16) // a distance that fills 16 bits
	if err := yamldoc.Unmarshal([]byte("? "+long+"\n: 1"), &document{}, yamldoc.Options{}); err == nil || len(err.Error()) > 200 || !strings.HasSuffix(err.Error(), "; remove it") {
		t.Errorf("a long key: %.300v", err)
	}
}

func TestItemsThatCannotBeReadMoveNoIndex(t *testing.T) {
	root, err := yamldoc.Parse([]byte("tags:\n- ''\n- b\nparts:\n- x\n- name: a\n  place: {}"))
	if err != nil {
		t.Fatal(err)
	}
	var got document
	if _, err = yamldoc.Decode(root, &got, yamldoc.Options{}); err == nil || len(got.Tags) != 1 || len(got.Parts) != 1 {
		t.Fatalf("%v, %v", got, err)
	}
	for line, path := range map[int][]any{3: {"tags", 0}, 6: {"parts", 0, "name"}, 7: {"parts", 0, "place", "zone"}} {
		if at := yamldoc.Line(root, path...); at != line {
			t.Errorf("%v is on line %d, want %d", path, at, line)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "version: 1", "parts: [{name: a}, x]", "a: &a [*a]", "? [a]\n: b", "--- a\n--- b", "owners: &s [*s]", "\xff", "%YAML 1.1\n---\nany: x", "any: !!binary aGk=",
		"any: {<<: [1]}", "{\"values\": {\"a\": \"\\ud83d\\ude00\"}}", "values: &v {<<: *v}", "tags: [!!null x]", "enabled: !!bool x", "...", "--- #", "\ufeffversion: x", "<<: {<<: {version: 1}}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := yamldoc.Parse(data)
		if err != nil {
			if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
				t.Fatal(err)
			}
			return
		}
		if root != nil {
			_, _ = yamldoc.Value(root)
		}
		for _, mode := range []yamldoc.UnknownKeys{yamldoc.Warn, yamldoc.Refuse, yamldoc.Ignore} {
			var d document
			if _, err := yamldoc.Decode(root, &d, yamldoc.Options{Unknown: mode}); err != nil && errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
				t.Fatal(err)
			}
			for i := range d.Parts {
				if yamldoc.Line(root, "parts", i) == 0 {
					t.Fatalf("part %d has no line", i)
				}
			}
		}
	})
}
