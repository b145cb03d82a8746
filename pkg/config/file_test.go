package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/internal/cli"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

func readFile(t *testing.T, text string) (config.Options, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := config.ReadFile(file)
	if err != nil {
		err = fmt.Errorf("%s%w", strings.TrimPrefix(err.Error(), "config file "+file+": "), errors.CodeOf(err))
	}
	return o, err
}

// TestEveryOptionIsAField writes each field of the options into a file, alone,
// and reads it back.
func TestEveryOptionIsAField(t *testing.T) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[config.Options]()) {
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Name == "Assignments" || f.Anonymous {
			continue
		}
		if name == "" || name == "-" || rest != "omitempty" {
			t.Errorf("%s has the tag %q", f.Name, f.Tag)
			continue
		}
		var text string
		var want any
		switch f.Type {
		case reflect.TypeFor[string]():
			text, want = "1.10", "1.10"
		case reflect.TypeFor[[]string]():
			text, want = "[a=b, 1.10]", []string{"a=b", "1.10"}
		case reflect.TypeFor[bool]():
			text, want = "true", true
		case reflect.TypeFor[int]():
			text, want = "7", 7
		case reflect.TypeFor[config.Duration]():
			text, want = "1h30m", config.Duration(90*time.Minute)
		default:
			t.Errorf("%s has a type that no file can hold: %s", f.Name, f.Type)
			continue
		}
		got, err := readFile(t, "kind: BundleConfig\n"+name+": "+text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, reflect.ValueOf(got).FieldByIndex(f.Index).Interface()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestEveryOptionIsAFlag, and every flag but --config and --help an option.
func TestEveryOptionIsAFlag(t *testing.T) {
	var help bytes.Buffer
	if status := cli.Run(t.Context(), []string{"bundle", "--help"}, strings.NewReader(""), &help, &help); status != 0 {
		t.Fatalf("status %d: %s", status, &help)
	}
	flags := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^ +(?:-\w, )?--([a-z-]+)`).FindAllStringSubmatch(help.String(), -1) {
		flags[m[1]] = true
	}
	for _, f := range config.Fields() {
		if name := config.FlagName(f); !flags[name] {
			t.Errorf("%s is not the flag --%s", f.Name, name)
		} else {
			delete(flags, name)
		}
	}
	for flag := range flags {
		if !slices.Contains([]string{"config", "help"}, flag) {
			t.Errorf("--%s is no field of the config file", flag)
		}
	}
}

func TestFlagNames(t *testing.T) {
	want := map[string]string{"Recipe": "recipe", "SetJSON": "set-json", "FluxOCISourceName": "flux-oci-source-name", "SystemNodeSelector": "system-node-selector", "InsecureTLS": "insecure-tls", "PlainHTTP": "plain-http", "DryRun": "dry-run", "Assignments": ""}
	seen := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[config.Options]()) {
		name := config.FlagName(f)
		if f.Anonymous {
			continue
		}
		if w, ok := want[f.Name]; ok && w != name {
			t.Errorf("%s is the flag %q, want %q", f.Name, name, w)
		}
		if seen[name] {
			t.Errorf("two fields are the flag %q", name)
		}
		seen[name] = true
	}
}

func TestFileProblemsAreReadable(t *testing.T) {
	for text, want := range map[string]string{
		"recipes: r.yaml":              `line 1: unknown key "recipes"; did you mean "recipe"?`,
		"\nfrobnicate: 1":              `line 2: unknown key "frobnicate"; remove it`,
		"repo: a\nrepo: b":             `line 2: the key "repo" appears twice in one map (first on line 1); remove one`,
		"nodes: many":                  `line 1: nodes is "many", where a whole number is needed`,
		"nodes: 1.5":                   `line 1: nodes is "1.5", where a whole number is needed`,
		"nodes: [1]":                   `line 1: nodes is a list, where a whole number is needed`,
		"force: maybe":                 `line 1: force is "maybe", where true or false is needed`,
		"force: 'true'":                `line 1: force is "true", where true or false is needed`,
		"data: dir":                    `line 1: data is "dir", where a list is needed`,
		"data: [{a: b}]":               `line 1: data[0] is a map, where text is needed`,
		"repo: {a: b}":                 `line 1: repo is a map, where text is needed`,
		"interval: 30":                 `line 1: interval: "30" is not a duration such as 30m or 1h30m`,
		"interval: 0s":                 `line 1: interval: "0s" is not a duration such as 30m or 1h30m`,
		"interval: -5m":                `line 1: interval: "-5m" is not a duration such as 30m or 1h30m`,
		"interval: [5m]":               `line 1: interval is a list, where a single value is needed`,
		"- a":                          "line 1: the document is a list, where a map is needed",
		"text":                         `line 1: the document is "text", where a map is needed`,
		"a: [":                         "line 1: did not find expected node content; check the syntax there",
		"repo: a\n---\nrepo: b":        "line 3: a second document begins here, and only one can be read; remove the --- or the rest",
		"assignments: []":              `line 1: unknown key "assignments"; remove it`,
		"Repo: a":                      `line 1: unknown key "Repo"; did you mean "repo"?`,
		"kind: Recipe":                 `apiVersion "" and kind "Recipe" cannot be read; use aicr.run/v1alpha2 and BundleConfig, or leave them out`,
		"apiVersion: v1":               `apiVersion "v1" and kind "" cannot be read; use aicr.run/v1alpha2 and BundleConfig, or leave them out`,
		"nodes: x\nforce: z\nfoo: bar": "3 problems:\n  - line 1: nodes is \"x\", where a whole number is needed\n  - line 2: force is \"z\", where true or false is needed\n  - line 3: unknown key \"foo\"; remove it",
	} {
		if _, err := readFile(t, text); err == nil || err.Error() != want+"INVALID_REQUEST" {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
	for _, text := range []string{"", "# nothing\n", "{}", "apiVersion: aicr.run/v1alpha2\nkind: BundleConfig\n", "repo: ~\ndata:\n", "nodes: &n 3\n"} {
		if o, err := readFile(t, text); err != nil || o.Repo != "" {
			t.Errorf("%q: %v", text, err)
		}
	}
	dir := t.TempDir()
	for path, want := range map[string]string{dir + "/no": "config file " + dir + "/no does not exist; check the path", dir: "config file " + dir + " cannot be read: is a directory; check the path and its permissions"} {
		if _, err := config.ReadFile(path); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := config.ReadFile(dir + "/no"); errors.CodeOf(err) != errors.ErrCodeNotFound {
		t.Error("a missing file is not NOT_FOUND")
	}
}

func TestMergeReplacesWhatIsGivenAsAFlag(t *testing.T) {
	file := config.Options{Recipe: "file", Output: "file", Data: []string{"file"}, Force: true, Nodes: 3, Interval: config.Duration(time.Minute)}
	flags := config.Options{Recipe: "flag", Data: []string{"flag", "more"}, Order: "not given"}
	given := []string{"recipe", "data", "force", "nodes"}
	got := config.Merge(file, flags, func(flag string) bool { return slices.Contains(given, flag) })
	want := config.Options{Recipe: "flag", Output: "file", Data: []string{"flag", "more"}, Force: false, Nodes: 0, Interval: config.Duration(time.Minute)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if file.Recipe != "file" || file.Data[0] != "file" {
		t.Error("merging changes the file's options")
	}
}

func TestAssignmentsKeepTheirOrder(t *testing.T) {
	file := config.Options{Set: []string{"f1", "f2"}, SetString: []string{"fs"}}
	for name, c := range map[string]struct {
		flags string // in the order given; an upper-case one is --set-string
		want  string
	}{
		"only the file: set before set-string": {"", "f1 f2 FS"},
		"set replaces set":                     {"a b", "FS a b"},
		"set-string replaces set-string":       {"A", "f1 f2 A"},
		"both, interleaved":                    {"a B c", "a B c"},
		"both, the other way round":            {"B a", "B a"},
	} {
		t.Run(name, func(t *testing.T) {
			var flags config.Options
			given := map[string]bool{}
			for text := range strings.FieldsSeq(c.flags) {
				asText := strings.ToUpper(text) == text
				if asText {
					flags.SetString, given["set-string"] = append(flags.SetString, text), true
				} else {
					flags.Set, given["set"] = append(flags.Set, text), true
				}
				flags.Assignments = append(flags.Assignments, config.Assignment{Text: text, AsText: asText})
			}
			merged := config.Merge(file, flags, func(f string) bool { return given[f] })
			var got []string
			for _, a := range merged.Ordered() {
				text := a.Text
				if a.AsText {
					text = strings.ToUpper(text)
				}
				got = append(got, text)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{"30m": 30 * time.Minute, "1h30m": 90 * time.Minute, "1500ms": 1500 * time.Millisecond, "0.5h": 30 * time.Minute} {
		var d config.Duration
		if err := d.Set(text); err != nil || d.Std() != want {
			t.Errorf("%s: %v, %v", text, d.Std(), err)
		}
		data, err := json.Marshal(d)
		var back config.Duration
		if err != nil || json.Unmarshal(data, &back) != nil || back != d {
			t.Errorf("%s is written as %s (%v)", text, data, err)
		}
	}
	for _, text := range []string{"", "30", "0", "0s", "-1m", "1d", "m", " 1m"} {
		d := config.Duration(time.Hour)
		if err := d.Set(text); err == nil || d.Std() != time.Hour {
			t.Errorf("%q is the duration %v", text, d.Std())
		}
	}
	var d config.Duration
	if err := json.Unmarshal([]byte("30"), &d); err == nil || err.Error() != `a duration is text such as "30m", not 30` {
		t.Errorf("a number: %v", err)
	}
	if d.String() != "" || d.Type() != "duration" {
		t.Errorf("zero is %q", d.String())
	}
}
