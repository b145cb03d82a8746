package aicr_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// rehearsed is Bundle, and holds the dry run before it to say the same and touch nothing.
func rehearsed(t *testing.T, o aicr.BundleOptions) (*deployer.Output, error) {
	t.Helper()
	dry := o
	dry.DryRun = true
	before := filesIn(t, o.Output)
	said, refused := aicr.Bundle(t.Context(), dry)
	if diff := cmp.Diff(before, filesIn(t, o.Output)); diff != "" {
		t.Errorf("the dry run changed the directory:\n%s", diff)
	}
	did, err := aicr.Bundle(t.Context(), o)
	if (err == nil) != (refused == nil) || err != nil && err.Error() != refused.Error() {
		t.Fatalf("the dry run said\n%v\nand the run\n%v", refused, err)
	}
	stored := cmpopts.IgnoreFields(deployer.Output{}, "Files", "TotalSize", "Duration", "Diff") // only a dry run renders for Diff
	if diff := cmp.Diff(said, did, stored); diff != "" {
		t.Errorf("the dry run said, and the run (-dry +run)\n%s", diff)
	}
	return did, err
}

func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	_ = filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files[path] = string(data)
		}
		return nil
	})
	return files
}

func TestHazard49_ADryRunAnswersAsTheRunWould(t *testing.T) {
	write := func(dir, file, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	o := options(dir)
	o.RepoURL = "https://git.example.com/x.git"
	recipe := func(components ...string) {
		write(dir, "recipe.yaml", "componentRefs:\n"+strings.Join(components, ""))
	}
	actions := func(out *deployer.Output) (actions []string) {
		for _, c := range out.ReleaseChanges {
			actions = append(actions, string(c.Action)+" "+c.Release)
		}
		return actions
	}
	first := []string{chartOf("a", ""), chartOf("b", ""), chartOf("c", "")}
	recipe(first...)
	out, err := rehearsed(t, o)
	if err != nil || len(out.Added) != len(out.Files) || len(out.ReleaseChanges) > 0 {
		t.Fatalf("%+v: %v", out, err)
	}
	recipe(strings.Replace(first[0], "namespace: a", "namespace: other", 1), first[1]+"  overrides: {x: 1}\n", chartOf("d", ""))
	out, err = rehearsed(t, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := actions(out); !slices.Equal(got, []string{"uninstall c", "reinstall a", "upgrade b", "install d"}) {
		t.Errorf("%q", got)
	}
	warnings := strings.Join(out.Warnings, "\n")
	for _, words := range []string{"Flux will uninstall what this bundle no longer has, with all that it owns in the cluster: c (namespace c)", "a (target namespace a → other, storage namespace a → other)"} {
		if !strings.Contains(warnings, words) {
			t.Errorf("no warning says %q:\n%s", words, warnings)
		}
	}
	if !slices.Equal(out.Added, []string{"d/helmrelease.yaml"}) || !slices.Equal(out.Removed, []string{"c/helmrelease.yaml"}) || !slices.Contains(out.Changed, "a/helmrelease.yaml") {
		t.Errorf("%+v", out)
	}
	write(o.Output, "b/helmrelease.yaml", "edited")
	if _, err = rehearsed(t, o); errors.CodeOf(err) != errors.ErrCodeConflict {
		t.Errorf("an edit: %v", err)
	}
	o.Force = true
	out, err = rehearsed(t, o)
	if err != nil || len(out.ReleaseChanges) > 0 || !strings.Contains(strings.Join(out.DeploymentNotes, "\n"), "which releases change is not known: b/helmrelease.yaml:1") {
		t.Errorf("over a bundle that cannot be read: %+v, %v", out, err)
	}
	o.Output = filepath.Join(dir, "recipe.yaml", "out")
	if _, err = rehearsed(t, o); errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
		t.Errorf("below a file: %v", err)
	}
}

// An edit of a ConfigMap that stays is no change of the values that the release gets.
func TestHazard49_AnEditThatStaysUpgradesNothing(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("a", "  overrides: {x: 1, y: 2}\n")})
	o := options(dir)
	o.DynamicValues = map[string][]string{"a": {"x"}}
	if _, err := rehearsed(t, o); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(o.Output, "a", "configmap-values.yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(data), "x: 1", "x: 9", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string][]rollout.Change{"y=2": nil, "y=3": {{Action: rollout.Upgrade, Release: "a", Namespace: "a", From: "1.0.0", To: "1.0.0", Because: []string{"values"}}}} {
		o.DryRun, o.SetJSON = true, []aicr.Assignment{{Component: "a", Path: "y", Value: int(value[2] - '0')}}
		out, err := aicr.Bundle(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, out.ReleaseChanges, cmpopts.IgnoreFields(rollout.Change{}, "Ref")); diff != "" || !slices.Equal(out.Kept, []string{"a/configmap-values.yaml"}) {
			t.Errorf("%s, kept %q (-want +got)\n%s", value, out.Kept, diff)
		}
	}
}
