package option

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// parsed returns the options of a command line, and of a config file if there is one.
func parsed(t *testing.T, file string, args ...string) (Bundle, error) {
	t.Helper()
	if file != "" {
		path := filepath.Join(t.TempDir(), "c.yaml")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config", path)
	}
	var b Bundle
	cmd := &cobra.Command{}
	AddBundle(cmd, &b)
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	if err := Problems(cmd.Flags()); err != nil {
		return b, err
	}
	err := b.Fill(t.Context(), cmd.Flags())
	if err != nil {
		err = errors.New(errors.CodeOf(err), "%s", strings.TrimPrefix(err.Error(), "config file "+b.configFile+": "))
	}
	b.configFile = ""
	return b, err
}

func bundleFlags() *pflag.FlagSet {
	cmd := &cobra.Command{}
	AddBundle(cmd, &Bundle{})
	return cmd.Flags()
}

// sample is a text that the flag takes.
func sample(f *pflag.Flag) string {
	switch {
	case Words(f) != nil:
		return Words(f)[0]
	case f.Value.Type() == "bool":
		return "true"
	}
	return map[string]string{
		"NUMBER": "7", "DURATION": "1h30m", "KEY=VALUE": "a=b", "TAINT": "a=b:NoSchedule", "KEY=VALUE:EFFECT": "a=b:NoSchedule", "HOST=NAME": "h=n", "NAME=VALUE": "a=b", "KIND/NAME": "ConfigMap/a",
		"COMPONENT:PATH": "a:b.c", "COMPONENT:PATH=VALUE": "a:b=1.10", "COMPONENT:PATH=FILE": "a:b=f", "COMPONENT:PATH=JSON": "a:b=[1]", "COMPONENT:PATH=SECRET/KEY": "a:b=s/k", "COMPONENT=KIND.GROUP/VERSION:CEL": "a=B.c/v1:d == 1",
		"DIR": "1.10", "SOURCE": "1.10", "TAG": "1.10", "OLD=NEW": "a=b", "string": "1.10",
	}[f.Value.Type()]
}

// TestTheFileIsAnotherSpellingOfTheFlags gives each flag alone, on the command line and
// in a file.
func TestTheFileIsAnotherSpellingOfTheFlags(t *testing.T) {
	count := 0
	bundleFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "config" {
			return
		}
		count++
		text := sample(f)
		if text == "" {
			t.Fatalf("--%s: no sample for the form %q", f.Name, f.Value.Type())
		}
		onTheLine, err := parsed(t, "", "--"+f.Name+"="+text)
		if err != nil {
			t.Fatalf("--%s: %v", f.Name, err)
		}
		inFile := FieldName(f.Name) + ": " + text
		if Repeatable(f) {
			inFile = FieldName(f.Name) + ": ['" + text + "']"
		}
		fromFile, err := parsed(t, "kind: BundleConfig\n"+inFile)
		if err != nil {
			t.Fatalf("%s: %v", inFile, err)
		}
		if diff := cmp.Diff(onTheLine, fromFile, cmp.AllowUnexported(Bundle{}, oci.Connection{}), cmpopts.IgnoreUnexported(aicr.BundleOptions{})); diff != "" {
			t.Errorf("--%s:\n%s", f.Name, diff)
		}
		if reflect.DeepEqual(onTheLine, Bundle{}) {
			t.Errorf("--%s changes nothing", f.Name)
		}
	})
	if count < 60 {
		t.Errorf("only %d flags", count)
	}
}

// TestEveryOptionHasAFlag: what a Go program can ask for, the command line can, but for
// what is no text.
func TestEveryOptionHasAFlag(t *testing.T) {
	var args []string
	bundleFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "config" {
			args = append(args, "--"+f.Name+"="+sample(f))
		}
	})
	b, err := parsed(t, "", args...)
	if err != nil {
		t.Fatal(err)
	}
	noFlag := map[string]bool{
		"Version": true, "Stdin": true, "ChartProgress": true, "Puller": true, "Renderer": true,
		"CredentialFiles": true, "StallTimeout": true, "Retries": true, "Progress": true, "UserAgent": true,
	}
	var check func(v reflect.Value, path string)
	check = func(v reflect.Value, path string) {
		for _, f := range reflect.VisibleFields(v.Type()) {
			at := v.FieldByIndex(f.Index)
			switch {
			case f.Anonymous, !f.IsExported(), noFlag[f.Name]:
			case at.Kind() == reflect.Struct:
				check(at, path+f.Name+".")
			case at.IsZero():
				t.Errorf("no flag sets %s%s", path, f.Name)
			}
		}
	}
	check(reflect.ValueOf(b.BundleOptions), "")
}

func TestFlagsReplaceTheFile(t *testing.T) {
	const file = "recipe: file\noutput: file\ndata: [file]\nforce: true\nnodes: 3\ninterval: 1m\nsystemNodeSelector: [a=b]\n"
	got, err := parsed(t, file, "--recipe=flag", "--data=flag", "--data=more", "--force=false", "--nodes=4", "--system-node-selector=c=d,e=f")
	if err != nil {
		t.Fatal(err)
	}
	var want Bundle
	want.Recipe, want.Output, want.Data, want.Scheduling.Nodes, want.Settings.Interval = "flag", "file", []string{"flag", "more"}, 4, time.Minute
	want.Scheduling.SystemNodeSelector = map[string]string{"c": "d", "e": "f"}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Bundle{}, oci.Connection{}), cmpopts.IgnoreUnexported(aicr.BundleOptions{})); diff != "" {
		t.Error(diff)
	}
}

func TestAssignmentsKeepTheirOrder(t *testing.T) {
	const file = "setString: [c:fs=1]\nset: [c:f1=1, c:f2=1]\n"
	for name, c := range map[string]struct {
		args []string
		want string // an upper-case one is text
	}{
		"only the file: set before setString": {nil, "f1 f2 FS"},
		"--set replaces set":                  {[]string{"--set=c:a=1", "--set=c:b=1"}, "FS a b"},
		"--set-string replaces setString":     {[]string{"--set-string=c:a=1"}, "f1 f2 A"},
		"both, interleaved":                   {[]string{"--set=c:a=1", "--set-string=c:b=1", "--set=c:c=1"}, "a B c"},
		"both, the other way round":           {[]string{"--set-string=c:b=1", "--set=c:a=1"}, "B a"},
	} {
		b, err := parsed(t, file, c.args...)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range b.Set {
			name, flag := a.Path, "--set"
			if _, isText := a.Value.(string); isText {
				name, flag = strings.ToUpper(name), "--set-string"
			}
			if a.From != flag {
				t.Errorf("%s is said to come from %q", name, a.From)
			}
			got = append(got, name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %s", name, got, c.want)
		}
	}
}

func TestProblemsOfFlagsAreToldTogether(t *testing.T) {
	for want, arg := range map[string]string{
		`--set: "app:a" has no value; write component:path=value`:                                       "--set=app:a",
		`--set: "a" names no component; write component:path`:                                           "--set=a=hush",
		`--set-string: ":a" names no component; write component:path`:                                   "--set-string=:a=hush",
		`--set-json: app:a: it is not JSON: invalid character 'h' looking for beginning of value`:       "--set-json=app:a=hush",
		`--set-json: app:a: line 1: the key "x" appears twice in one map (first on line 1)`:             `--set-json=app:a={"x":"hush","x":2}`,
		`--dynamic: "app" names no component; write component:path`:                                     "--dynamic=app",
		`--chart-repo-secret: "x" is not HOST=NAME`:                                                     "--chart-repo-secret=x",
		`--system-node-selector: "a" is not a label; write key=value`:                                   "--system-node-selector=b=c,a",
		`--system-node-toleration: "a=b" is not a taint; write key=value:Effect, key:Effect, * or none`: "--system-node-toleration=a=b",
		`--workload-gate: "*" is not a taint; write key=value:Effect`:                                   "--workload-gate=*",
		`--nodes: "0" is not a whole number of at least 1`:                                              "--nodes=0",
		`--format: "xml" is unknown; use text or json`:                                                  "--format=xml",
		`--interval: "0s" is not a duration such as 30m or 1h30m`:                                       "--interval=0s",
	} {
		_, err := parsed(t, "", arg)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "hush") && !strings.Contains(want, "'h'") {
			t.Errorf("%s\n got %v\nwant %s", arg, err, want)
		}
	}
	if _, err := parsed(t, "", "--nodes=x", "--set=y", "--dynamic=z"); err == nil || !strings.HasPrefix(err.Error(), "3 problems:") {
		t.Errorf("got %v", err)
	}
}

func TestTolerations(t *testing.T) {
	b, err := parsed(t, "", "--accelerated-node-toleration=*", "--accelerated-node-toleration=a=b:NoExecute", "--accelerated-node-toleration=a:NoSchedule", "--accelerated-node-toleration=a=:NoSchedule")
	if err != nil {
		t.Fatal(err)
	}
	want := []aicr.Toleration{
		{Exists: true},
		{Taint: aicr.Taint{Key: "a", Value: "b", Effect: "NoExecute"}},
		{Taint: aicr.Taint{Key: "a", Effect: "NoSchedule"}, Exists: true},
		{Taint: aicr.Taint{Key: "a", Effect: "NoSchedule"}},
	}
	if diff := cmp.Diff(want, b.Scheduling.AcceleratedNodeTolerations); diff != "" {
		t.Error(diff)
	}
}

func TestNoTolerationsStandAlone(t *testing.T) {
	b, err := parsed(t, "", "--system-node-toleration=none")
	if got := b.Scheduling.SystemNodeTolerations; err != nil || got == nil || len(got) != 0 {
		t.Errorf("%v %#v", err, got)
	}
	for _, args := range [][]string{{"none", "a:NoSchedule"}, {"a:NoSchedule", "none"}, {"none", "none"}} {
		_, err := parsed(t, "", "--system-node-toleration="+args[0], "--system-node-toleration="+args[1])
		if err == nil || err.Error() != "--system-node-toleration: none means that there is no other; remove it, or the others" {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestProblemsOfTheFileAreReadable(t *testing.T) {
	for text, want := range map[string]string{
		"recipes: r.yaml":              `line 1: unknown key "recipes"; did you mean "recipe"?`,
		"\nfrobnicate: 1":              `line 2: unknown key "frobnicate"; remove it`,
		"config: c.yaml":               `line 1: unknown key "config"; remove it`,
		"repo: a\nrepo: b":             `line 2: the key "repo" appears twice in one map (first on line 1); remove one`,
		"nodes: many":                  `line 1: nodes: "many" is not a whole number of at least 1`,
		"nodes: 1.5":                   `line 1: nodes: "1.5" is not a whole number of at least 1`,
		"nodes: [1]":                   `line 1: nodes is a list, where text is needed`,
		"force: maybe":                 `line 1: force is "maybe", where true or false is needed`,
		"force: 'true'":                `line 1: force is "true", where true or false is needed`,
		"data: dir":                    `line 1: data is "dir", where a list is needed`,
		"data: [{a: b}]":               `line 1: data[0] is a map, where text is needed`,
		"repo: {a: b}":                 `line 1: repo is a map, where text is needed`,
		"interval: 30":                 `line 1: interval: "30" is not a duration such as 30m or 1h30m`,
		"interval: -5m":                `line 1: interval: "-5m" is not a duration such as 30m or 1h30m`,
		"set: [a]":                     `line 1: set[0]: "a" has no value; write component:path=value`,
		"- a":                          "line 1: the document is a list, where a map is needed",
		"text":                         `line 1: the document is "text", where a map is needed`,
		"a: [":                         "line 1: did not find expected node content; check the syntax there",
		"repo: a\n---\nrepo: b":        "line 3: a second document begins here, and only one can be read; remove the --- or the rest",
		"Repo: a":                      `line 1: unknown key "Repo"; did you mean "repo"?`,
		"kind: Recipe":                 `apiVersion "" and kind "Recipe" cannot be read; use aicr.run/v1 and BundleConfig, or leave them out; a file of AICR has aicr.run/v1beta1 and AICRConfig`,
		"apiVersion: v1":               `apiVersion "v1" and kind "" cannot be read; use aicr.run/v1 and BundleConfig, or leave them out; a file of AICR has aicr.run/v1beta1 and AICRConfig`,
		"nodes: x\nforce: z\nfoo: bar": "3 problems:\n  - line 2: force is \"z\", where true or false is needed\n  - line 3: unknown key \"foo\"; remove it\n  - line 1: nodes: \"x\" is not a whole number of at least 1",
	} {
		if _, err := parsed(t, text); err == nil || err.Error() != want || errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
	for _, text := range []string{"# nothing\n", "{}", "apiVersion: aicr.run/v1alpha2\nkind: BundleConfig\n", "apiVersion: aicr.run/v1\nkind: BundleConfig\n", "repo: ~\ndata:\n", "nodes: &n 3\n", "force: yes\n"} {
		if b, err := parsed(t, text); err != nil || b.RepoURL != "" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAFileThatIsNotThere(t *testing.T) {
	dir := t.TempDir()
	for path, c := range map[string]struct {
		want string
		code errors.ErrorCode
	}{
		dir + "/no": {"config file " + dir + "/no does not exist; check the path", errors.ErrCodeNotFound},
		dir:         {"config file " + dir + " is a directory; name a file", errors.ErrCodeInvalidRequest},
	} {
		b := Bundle{configFile: path}
		if err := b.Fill(t.Context(), bundleFlags()); err == nil || err.Error() != c.want || errors.CodeOf(err) != c.code {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func TestFieldNames(t *testing.T) {
	for flag, want := range map[string]string{"recipe": "recipe", "set-json": "setJson", "flux-oci-source-name": "fluxOciSourceName", "insecure-tls": "insecureTls"} {
		if got := FieldName(flag); got != want {
			t.Errorf("--%s is the field %q, want %q", flag, got, want)
		}
	}
}

func TestTheSpellerReplacesWhatItKnows(t *testing.T) {
	cmd := &cobra.Command{}
	sub := &cobra.Command{Use: "bundle"}
	AddBundle(sub, &Bundle{})
	cmd.AddCommand(sub)
	s := NewSpeller(cmd)
	const text = "set `RepoURL` or `Verify.Secret`, not `Unknown`, `kustomize` or a ` RepoURL `"
	if got, want := s.Spell(text), "set --repo or --sync-verify-secret, not `Unknown`, `kustomize` or a ` RepoURL `"; got != want {
		t.Errorf("got %s", got)
	}
}

// TestHazard66_AFlagThatCountsOnceIsGivenOnce: of two values one would be lost.
func TestHazard66_AFlagThatCountsOnceIsGivenOnce(t *testing.T) {
	count := 0
	bundleFlags().VisitAll(func(f *pflag.Flag) {
		one, other := sample(f), "other"
		if f.Value.Type() == "bool" {
			other = "false"
		}
		count++
		contradiction := fmt.Sprintf("--%s: it is given as %q and as %q, and counts once; remove one of them", f.Name, one, other)
		_, err := parsed(t, "", "--"+f.Name+"="+one, "--"+f.Name+"="+other)
		if got := err != nil && strings.Contains(err.Error(), contradiction); got == Repeatable(f) {
			t.Errorf("--%s twice: %v", f.Name, err)
		}
		if _, err := parsed(t, "", "--"+f.Name+"="+one, "--"+f.Name+"="+one); err != nil && f.Name != "config" {
			t.Errorf("--%s twice the same: %v", f.Name, err)
		}
	})
	if count < 60 {
		t.Errorf("only %d flags", count)
	}
}
