package e2e_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// Values that each cluster has of its own are edited where the mode keeps them: in Git, which takes
// back what is edited in the cluster, or in the cluster, which keeps it whatever bundle comes.
func TestHazard80_DynamicValues(t *testing.T) {
	t.Parallel()
	t.Run("Git", func(t *testing.T) {
		d := newDynamic(t, "")
		b := d.bundle("{port: 1, name: app}", "port")
		d.Rollout(b)
		d.SameValues("app", map[string]any{"port": 1, "name": "app"})

		before := d.Revisions()
		d.edit("port: 2\n")
		d.reaches(map[string]any{"port": 2, "name": "app"})
		d.Settled()
		d.reaches(map[string]any{"port": 1, "name": "app"})
		d.Checked("an edit in the cluster reaches the release, and is taken back")

		d.Git.Replace(scenario.BundlePath+"/app/configmap-values.yaml", "port: 1", "port: 3")
		d.Deliver(b)
		d.reaches(map[string]any{"port": 3, "name": "app"})
		d.Rollout(d.bundle("{port: 1, name: new}", "port"))
		d.UpgradedOnce(map[string]int{"app": before["app"] + 3}, "app")
		d.SameValues("app", map[string]any{"port": 3, "name": "new"})
		d.Checked("an edit in Git reaches the release, and stays with the next bundle")
	})
	t.Run("OCI", func(t *testing.T) {
		d := newDynamic(t, "aicr-bundle")
		d.Rollout(d.bundle("{port: 1, name: app}", "port"))
		d.SameValues("app", map[string]any{"port": 1, "name": "app"})

		before := d.Revisions()
		d.edit("port: 2\n")
		d.UpgradedOnce(before, "app")
		d.SameValues("app", map[string]any{"port": 2, "name": "app"})
		d.Checked("an edit in the cluster reaches the release, once, and stays")

		before = d.Revisions()
		d.Rollout(d.bundle("{port: 4, name: new, more: 1}", "port", "more"))
		d.UpgradedOnce(before, "app")
		d.SameValues("app", map[string]any{"port": 2, "name": "new", "more": 1})
		d.Checked("the next bundle upgrades the release once, keeps the edit, and brings a further path")

		before = d.Revisions()
		d.Git.Replace(scenario.BundlePath+"/app/configmap-values.yaml", "port: 4", "port: 5")
		d.Rollout(d.publish())
		d.UpgradedOnce(before)
		var own corev1.ConfigMap
		d.Get(&own, "app-values")
		if err := d.Client.Delete(t.Context(), &own); err != nil {
			t.Fatal(err)
		}
		d.Settled()
		d.reaches(map[string]any{"port": 5, "name": "new", "more": 1})
		d.Checked("an edited file does not reach the cluster before its ConfigMap is deleted")
	})
}

// dynamic is a component with values of the cluster's own, in a bundle that lies in a directory, and
// is pushed from there in OCI mode.
type dynamic struct {
	*scenario.S
	source string
	pushed int
	b      *scenario.Bundle
}

func newDynamic(t *testing.T, source string) *dynamic {
	return &dynamic{S: scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}}), source: source}
}

// bundle makes a bundle of the component with the values, of which those of the paths are dynamic.
func (d *dynamic) bundle(values string, paths ...string) *scenario.Bundle {
	d.Helper()
	o := aicr.BundleOptions{
		Recipe:        d.Recipe("{name: app, namespace: app, $charts, version: 1.0.0, overrides: "+values+"}", nil),
		DynamicValues: map[string][]string{"app": paths}, Options: deployer.Options{OCISourceName: d.source},
	}
	if d.source == "" {
		return d.Bundle(o)
	}
	o.Output = d.Git.Path(scenario.BundlePath)
	d.b = d.Bundle(o)
	return d.publish()
}

// publish pushes the directory as it is.
func (d *dynamic) publish() *scenario.Bundle {
	d.Helper()
	d.pushed++
	push := aicr.PushOptions{Dir: d.b.Options.Output, Target: "oci://" + d.Registry.Host + "/org/bundle:1.0." + strings.Repeat("1", d.pushed), SourceSecrets: d.b.Options.SourceSecrets}
	push.SourceCertSecrets = map[string]string{d.Registry.Host: scenario.CASecret}
	push.Registry.CAFile, push.Sync.File = d.Registry.CAFile, d.Dir("sync.yaml")
	pushed, err := aicr.Push(d.Context(), push)
	if err != nil {
		d.Fatal(err)
	}
	b := *d.b
	out := *d.b.Output
	out.Artifact, b.Output, b.Options.Sync = pushed.Artifact, &out, push.Sync
	return &b
}

// edit writes the values of the ConfigMap in the cluster.
func (d *dynamic) edit(values string) {
	d.Helper()
	var own corev1.ConfigMap
	d.Get(&own, "app-values")
	own.Data["values.yaml"] = values
	if err := d.Client.Update(d.Context(), &own, client.FieldOwner("kubectl-edit")); err != nil {
		d.Fatal(err)
	}
}

// reaches waits until the chart has got the values, and its release is ready.
func (d *dynamic) reaches(want map[string]any) {
	d.Helper()
	data, _ := json.Marshal(want)
	var meant map[string]any
	_ = json.Unmarshal(data, &meant)
	d.Until("values of app", &corev1.ConfigMapList{}, func(objects scenario.Objects) string {
		received, _ := objects["app-values"].(*corev1.ConfigMap)
		if received == nil {
			return "nothing is installed"
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(received.Data["values.json"]), &got); err != nil || !reflect.DeepEqual(got, meant) {
			return received.Data["values.json"]
		}
		return ""
	}, client.InNamespace("app"))
	d.ReleasesReady("app")
}
