package aicr_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"github.com/fluxcd/pkg/runtime/cel"
	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/corpus"
)

// gatedReleases are the releases of AICR's recipes that wait for their objects, where a recipe has
// them with these objects.
var gatedReleases = map[string][]string{
	"aws-efa":                   {"DaemonSet"},
	"cert-manager-ocp-olm":      {"Subscription"},
	"gke-nccl-tcpxo":            {"DaemonSet"},
	"gpu-operator":              {"ClusterPolicy"},
	"gpu-operator-ocp":          {"ClusterPolicy"},
	"gpu-operator-ocp-olm":      {"Subscription"},
	"kube-prometheus-stack":     {"Alertmanager", "Prometheus"},
	"network-operator-ocp":      {"NicClusterPolicy"},
	"network-operator-ocp-olm":  {"Subscription"},
	"network-operator-post":     {"NicClusterPolicy"},
	"nfd":                       {"DaemonSet"},
	"nfd-ocp":                   {"NodeFeatureDiscovery"},
	"nfd-ocp-olm":               {"Subscription"},
	"nvidia-dra-driver-gpu":     {"DaemonSet"},
	"nvidia-dra-driver-gpu-ocp": {"DaemonSet"},
	"nvsentinel":                {"DaemonSet"},
	"slinky-slurm":              {"NodeSet"},
	"slurm-accounting-mariadb":  {"Database", "Grant", "MariaDB", "User"},
}

// TestReadinessOfTheCorpus: every recipe's releases wait for what they bring, in both orders, and what
// depends on a component waits for its last release.
func TestReadinessOfTheCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("short: the race detector finds nothing in more of the same")
	}
	seen := map[string]bool{}
	for _, rec := range slices.Concat(corpus.Recipes(t), corpus.Recipes1x(t)) {
		for _, order := range []string{"chain", "graph"} {
			t.Run(rec.Name+"/"+order, func(t *testing.T) {
				dir := t.TempDir()
				out, err := aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: rec.File, Output: dir, Data: []string{rec.Data}, Options: deployer.Options{Ordering: order, Readiness: true}})
				if err != nil {
					t.Fatal(err)
				}
				for _, w := range out.Warnings {
					if strings.Contains(w, "waited for") {
						t.Error(w)
					}
				}
				last := map[string]string{}
				for _, r := range out.Releases {
					last[r.Component] = r.Name
				}
				for _, r := range out.Releases {
					for _, d := range r.DependsOn {
						for of, name := range last {
							if (d == of || d == of+"-pre" || d == of+"-post") && r.Component != of && d != name {
								t.Errorf("%s waits for %s and not for %s, the last of its component", r.Name, d, name)
							}
						}
					}
					hr := read[helmv2.HelmRelease](t, filepath.Join(dir, r.Name, "helmrelease.yaml"))
					if _, err := cel.NewStatusReader(hr.Spec.HealthCheckExprs); err != nil {
						t.Errorf("%s: %v", r.Name, err)
					}
					var kinds []string
					for _, check := range hr.Spec.HealthCheckExprs {
						kinds = append(kinds, check.Kind)
					}
					slices.Sort(kinds)
					if diff := cmp.Diff(gatedReleases[r.Name], kinds); diff != "" {
						t.Errorf("%s (-want +got):\n%s", r.Name, diff)
					}
					seen[r.Name] = true
					want := 15 * time.Minute
					switch {
					case strings.HasPrefix(r.Name, "network-operator-") || strings.Contains(r.Name, "-ocp") && kinds != nil && kinds[0] != "DaemonSet": // hooks
						want = 90 * time.Minute
					case kinds != nil:
						want = 30 * time.Minute
					}
					if hr.Spec.Timeout.Duration != want {
						t.Errorf("%s has the timeout %s, want %s", r.Name, hr.Spec.Timeout.Duration, want)
					}
				}
			})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(gatedReleases)) {
		if !seen[name] {
			t.Errorf("no recipe has %s", name)
		}
	}
}
