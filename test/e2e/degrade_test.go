package e2e_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/test/corpus"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// Where nobody takes events, releases that would wake each other are polled, without an error.
func TestEventDrivenWithoutNotification(t *testing.T) {
	t.Parallel()
	polled := cluster.Options{RequeueDependency: 2 * time.Second, Without: []string{cluster.NotificationController}}
	noKinds, down := polled, polled
	noKinds.WithoutGroups = []string{notificationv1.GroupVersion.Group}
	// Flux is told of the controller wherever that should be.
	down.Args = map[string][]string{cluster.HelmController: {"--events-addr=http://127.0.0.1:1/"}}
	for name, c := range map[string]struct {
		cluster cluster.Options
		objects []client.Object
	}{"no kinds": {cluster: noKinds}, "controller down": {down, []client.Object{withoutPods("notification-controller")}}} {
		t.Run(name, func(t *testing.T) {
			s := scenario.New(t, scenario.Options{Cluster: c.cluster})
			for _, object := range c.objects {
				object.SetNamespace(s.Namespace)
				s.Create(object)
			}
			b := s.Bundle(eventDriven(t))
			start := time.Now()
			s.Rollout(b)
			s.Checked("%d releases ready after %.0f s", len(b.Releases()), time.Since(start).Seconds())
			s.InOrder(b)
			s.Checked("each after what it depends on")
			for name, revision := range s.Revisions() {
				if revision != 1 {
					s.Errorf("%s is at revision %d", name, revision)
				}
				for _, event := range s.Events(helmv2.HelmReleaseKind, name) {
					if event.Type == corev1.EventTypeWarning {
						s.Errorf("%s: %s: %s", name, event.Reason, event.Message)
					}
				}
			}
			s.Checked("no error")
			if hasWake(s, wakeOf(s, b)) {
				s.Error("the wake release brings something")
			}
			s.Checked("the wake release brings nothing")
		})
	}
}

// A bundle without events after one with them takes away what wakes releases, and upgrades none.
func TestEventDrivenLeftOut(t *testing.T) {
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{ReceiverPort: receiver, RequeueDependency: 2 * time.Second}})
	o := eventDriven(t)
	b := s.Bundle(o)
	s.Rollout(b)
	wake := wakeOf(s, b)
	if !hasWake(s, wake) {
		s.Fatalf("release %s brings nothing", wake)
	}
	before := s.Revisions()
	delete(before, wake)

	o.EventDriven = false
	s.Rollout(s.Bundle(o))
	s.Until("release "+wake, &helmv2.HelmReleaseList{}, func(objects scenario.Objects) string {
		if objects[wake] != nil {
			return "it is still there"
		}
		return ""
	})
	if hasWake(s, wake) {
		s.Errorf("what release %s brought is still there", wake)
	}
	s.Checked("the wake release is uninstalled")
	s.Upgraded(before)
	s.Checked("none of %d others is upgraded", len(before))
}

// eventDriven are the options of a recipe with few releases that wake each other.
func eventDriven(t *testing.T) (o aicr.BundleOptions) {
	t.Helper()
	for _, r := range corpus.Recipes(t) {
		if r.Name == "ocp-training" {
			o.Recipe, o.Data, o.EventDriven = r.File, []string{r.Data}, true
			return o
		}
	}
	t.Fatal("the corpus has no recipe ocp-training")
	return o
}

// withoutPods is a Deployment that has none.
func withoutPods(name string) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	none := int32(0)
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &none,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: name, Image: "example.com/stub"}}},
			},
		},
	}
}

// wakeOf is the name of the release of a bundle that wakes the others.
func wakeOf(s *scenario.S, b *scenario.Bundle) string {
	s.Helper()
	names := b.Releases()
	i := slices.IndexFunc(names, func(name string) bool { return strings.HasPrefix(name, "aicr-wake-") })
	if i < 0 {
		s.Fatalf("there is no wake release among %v", names)
	}
	return names[i]
}

// hasWake reports whether the cluster has what a wake release brings.
func hasWake(s *scenario.S, name string) bool {
	s.Helper()
	there := 0
	for _, object := range []client.Object{&corev1.Secret{}, &notificationv1.Receiver{}} {
		switch err := s.Client.Get(s.Context(), client.ObjectKey{Namespace: s.Namespace, Name: name}, object); {
		case err == nil:
			there++
		case !apierrors.IsNotFound(err) && !apimeta.IsNoMatchError(err):
			s.Fatal(err)
		}
	}
	if there == 1 {
		s.Errorf("a part of what release %s brings is there", name)
	}
	return there > 0
}
