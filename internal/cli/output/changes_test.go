package output

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// A person reads it, on a terminal of 80 columns.
func TestHazard49_ADryRunOfManyChangesIsReadable(t *testing.T) {
	o := &deployer.Output{Changed: []string{"README.md"}}
	for i := range 25 {
		name := fmt.Sprintf("component-%d", i)
		o.Added = append(o.Added, name+"/helmrelease.yaml")
		o.ReleaseChanges = append(o.ReleaseChanges, rollout.Change{
			Action: rollout.Reinstall, Release: name, Because: []string{"release name flux-system-" + name + " → " + name, "storage namespace flux-system → " + name},
		})
	}
	var b strings.Builder
	preview(&b, o, "bundles/a")
	got := b.String()
	for text, times := range map[string]int{"reinstall  component-": 10, "storage namespace": 10, "reinstall  … and 15 more\n": 1, "  + component-": 10, "  + … and 15 more\n": 1, "  ~ README.md\n": 1} {
		if n := strings.Count(got, text); n != times {
			t.Errorf("%q is there %d times, want %d", text, n, times)
		}
	}
	for line := range strings.Lines(got) {
		if len([]rune(line)) > 81 {
			t.Errorf("longer than 80 columns: %s", line)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}
