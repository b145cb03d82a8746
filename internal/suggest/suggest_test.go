package suggest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/internal/suggest"
)

func TestNearest(t *testing.T) {
	names := []string{
		"recipe", "repo", "repo-path", "registry-rewrite", "set", "set-json", "tag", "jobs", "order", "dry-run", "vendor-charts", "verify-provenance",
		"system-node-selector", "system-node-toleration", "accelerated-node-selector", "crd-order", "gpu-operator", "network-operator", "gpuoperator",
	}
	for word, want := range map[string]string{
		"recpie":             "recipe", // letters turned
		"jbos":               "jobs",
		"recipi":             "recipe", // one letter
		"tags":               "tag",
		"sett":               "set",
		"Recipe":             "recipe", // as it is written elsewhere
		"dry_run":            "dry-run",
		"dryrun":             "dry-run",
		"repoPath":           "repo-path",
		"repository":         "repo", // cut short, or too long
		"vendor":             "vendor-charts",
		"dry":                "dry-run",
		"system-node":        "system-node-selector system-node-toleration",
		"charts-vendor":      "vendor-charts", // words turned
		"provenance-verify":  "verify-provenance",
		"accelerated-select": "", // words left out
		"crd-oder":           "crd-order",
		"gpu-operatr":        "gpu-operator",
		"gpuoperatr":         "gpuoperator",
		"xyz":                "",
		"something":          "",
		"x":                  "",
		"se":                 "",
		"":                   "",
		"settings":           "",
		"ünïcödé":            "",
	} {
		if got := strings.Join(suggest.Nearest(word, names), " "); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestNearest_NotMoreThanThreeAndEachOnce(t *testing.T) {
	got := suggest.Nearest("sync", []string{"sync-a", "sync-b", "sync-b", "sync-c", "sync-d"})
	if !slices.Equal(got, []string{"sync-a", "sync-b", "sync-c"}) {
		t.Errorf("%q", got)
	}
}

func TestSome(t *testing.T) {
	for text, want := range map[string]string{"a": "a", "a b c d e f": "a, b, c, d, e, f", "a b c d e f g": "a, b, c, d, e and 2 more"} {
		if got := suggest.Some(strings.Fields(text)); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

func TestUnknown(t *testing.T) {
	words := []string{"chain", "graph"}
	for word, want := range map[string]string{
		"grpah":  `--order "grpah" is unknown; did you mean "graph"?`,
		"random": `--order "random" is unknown; use chain or graph`,
	} {
		if got := suggest.Unknown("--order", word, words).Error(); got != want {
			t.Errorf("got %s", got)
		}
	}
}
