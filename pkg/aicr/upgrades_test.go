package aicr_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
)

// TestUpgradeRecordsBecomeWarnings of the data that the recipe names: for what is manual or blocked,
// and never an error.
func TestUpgradeRecordsBecomeWarnings(t *testing.T) {
	record := func(verdict string) string {
		return "apiVersion: aicr.run/v1beta1\nkind: ComponentUpgrades\ncomponent: a\ntransitions:\n- from: <1.0.0\n  to: =1.0.0\n  verdict: " + verdict +
			"\n  summary: \"CRDs move.\\n\\e[31m<b>\"\n  stepsByDeployer: [{steps: [{description: move them}]}]\n"
	}
	made := func(files map[string]string) (warnings, notes, upgrading, data string) {
		t.Helper()
		files["recipe.yaml"] = "componentRefs:\n" + chartOf("a", "")
		files["data/registry.yaml"] = "components: [{name: a, upgrades: {file: components/a/upgrades.yaml}}]"
		dir := tree(t, files)
		o := options(dir)
		o.Data = []string{dir + "/data"}
		out, err := aicr.Make(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := fs.ReadFile(out.Files.FS(), "UPGRADING.md")
		record, _ := fs.ReadFile(out.Files.FS(), "aicr.yaml")
		for line := range strings.Lines(string(record)) {
			if strings.Contains(line, "digest") && data == "" {
				data = line
			}
		}
		return strings.Join(out.Output.Warnings, "\n"), strings.Join(out.Output.DeploymentNotes, "\n"), string(text), data
	}
	const file = "data/components/a/upgrades.yaml"

	for verdict, want := range map[string]string{
		"manual":  `component "a": an upgrade of an earlier version to 1.0.0 needs work by hand: CRDs move. [31m<b>; see UPGRADING.md`,
		"blocked": `component "a": an upgrade of an earlier version to 1.0.0 is blocked: CRDs move. [31m<b>; see UPGRADING.md`,
	} {
		warnings, notes, text, _ := made(map[string]string{file: record(verdict)})
		if warnings != want || strings.Contains(notes, "upgrade") || !strings.Contains(text, "1. move them") {
			t.Errorf("%s: warnings %s\nnotes %s\n%s", verdict, warnings, notes, text)
		}
	}
	warnings, notes, text, digest := made(map[string]string{file: record("safe")})
	if warnings != "" || strings.Contains(notes, "upgrade") || text != "" {
		t.Errorf("safe: %s\n%s\n%s", warnings, notes, text)
	}
	if _, _, _, other := made(map[string]string{file: record("safe") + "# changed\n"}); digest == "" || other == digest {
		t.Errorf("the record does not follow the upgrade records: %s", digest)
	}
	for name, files := range map[string]map[string]string{
		"not there":  {},
		"unreadable": {file: record("fine")},
	} {
		warnings, notes, text, _ := made(files)
		if warnings != "" || !strings.Contains(notes, `The upgrade records of component "a" cannot be read, so nothing is said about its upgrades: `) || text != "" {
			t.Errorf("%s: %s\n%s\n%s", name, warnings, notes, text)
		}
	}
}
