package scenario

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	watcherv1 "github.com/fluxcd/source-watcher/api/v2/v1beta1"
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Dump logs each object of Flux that is not ready, each pod that does not run, and the last warnings.
func (s *S) Dump() {
	// The context of the test is over where it has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), 30*time.Second)
	defer cancel()
	var text strings.Builder
	for _, list := range []client.ObjectList{
		&sourcev1.GitRepositoryList{}, &sourcev1.OCIRepositoryList{}, &sourcev1.HelmRepositoryList{}, &sourcev1.HelmChartList{}, &sourcev1.ExternalArtifactList{},
		&watcherv1.ArtifactGeneratorList{}, &kustomizev1.KustomizationList{}, &helmv2.HelmReleaseList{},
	} {
		if err := s.Client.List(ctx, list); err != nil {
			fmt.Fprintln(&text, err)
			continue
		}
		_ = apimeta.EachListItem(list, func(item runtime.Object) error {
			if object, ok := item.(conditioned); ok {
				repo, _ := item.(*sourcev1.HelmRepository)
				if reason := NotReady(object); reason != "" && (repo == nil || repo.Spec.Type != sourcev1.HelmRepositoryTypeOCI) {
					fmt.Fprintf(&text, "%T %s: %s\n", item, object.GetName(), reason)
				}
			}
			return nil
		})
	}
	pods := &corev1.PodList{}
	_ = s.Client.List(ctx, pods)
	for _, pod := range pods.Items {
		if pod.Status.Phase != corev1.PodRunning && pod.Status.Phase != corev1.PodSucceeded {
			fmt.Fprintf(&text, "Pod %s/%s: %s %s\n", pod.Namespace, pod.Name, pod.Status.Phase, pod.Status.Message)
		}
	}
	events := &corev1.EventList{}
	_ = s.Client.List(ctx, events)
	slices.SortFunc(events.Items, func(a, b corev1.Event) int { return a.LastTimestamp.Compare(b.LastTimestamp.Time) })
	warnings := slices.DeleteFunc(events.Items, func(e corev1.Event) bool { return e.Type != corev1.EventTypeWarning })
	for _, e := range warnings[max(0, len(warnings)-20):] {
		fmt.Fprintf(&text, "%s %s %s/%s: %s: %s\n", e.LastTimestamp.Format(time.TimeOnly), e.InvolvedObject.Kind, e.Namespace, e.InvolvedObject.Name, e.Reason, e.Message)
	}
	s.Logf("what is not ready in the cluster, whose logs are in %s:\n%s", s.Cluster.Dir, text.String())
}
