package scenario

import (
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	watcherv1 "github.com/fluxcd/source-watcher/api/v2/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Settled has all controllers look at everything once more, from the sources to the releases, so
// that whatever they have still to do about it has been done.
func (s *S) Settled() {
	s.Helper()
	for _, kind := range []schema.GroupVersionKind{
		sourcev1.GroupVersion.WithKind(sourcev1.GitRepositoryKind), sourcev1.GroupVersion.WithKind(sourcev1.OCIRepositoryKind),
		kustomizev1.GroupVersion.WithKind(kustomizev1.KustomizationKind), watcherv1.GroupVersion.WithKind(watcherv1.ArtifactGeneratorKind),
		sourcev1.GroupVersion.WithKind(sourcev1.HelmChartKind), helmv2.GroupVersion.WithKind(helmv2.HelmReleaseKind),
	} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind)
		s.must(s.Client.List(s.ctx, list, client.InNamespace(s.Namespace)))
		for i := range list.Items {
			s.Reconcile(&list.Items[i])
		}
		s.Until("what is asked for", list, func(objects Objects) string {
			for name, object := range objects {
				followed, _, _ := unstructured.NestedString(object.(*unstructured.Unstructured).Object, "status", "lastHandledReconcileAt")
				if followed != object.GetAnnotations()[meta.ReconcileRequestAnnotation] {
					return kind.Kind + " " + name + " was not looked at"
				}
			}
			return ""
		})
	}
}

// UpgradedOnce waits until the named releases have a newer revision than before and are ready, and
// fails the scenario unless it is one revision, and the others of before have none.
func (s *S) UpgradedOnce(before map[string]int, names ...string) {
	s.Helper()
	s.Until("upgrades", &helmv2.HelmReleaseList{}, func(objects Objects) string {
		var pending []string
		for _, name := range names {
			release, _ := objects[name].(*helmv2.HelmRelease)
			switch latest := release.Status.History.Latest(); {
			case latest == nil || latest.Version == before[name]:
				pending = append(pending, name+" is as it was")
			case NotReady(release) != "":
				pending = append(pending, name+": "+NotReady(release))
			}
		}
		return strings.Join(pending, "; ")
	})
	s.Settled()
	s.Upgraded(before, names...)
}

// Uninstalled waits until the releases are gone, and fails the scenario where Helm still keeps one
// of them.
func (s *S) Uninstalled(names ...string) {
	s.Helper()
	s.Until("uninstalled releases", &helmv2.HelmReleaseList{}, func(objects Objects) string {
		var pending []string
		for _, name := range names {
			if release, ok := objects[name].(*helmv2.HelmRelease); ok {
				pending = append(pending, name+" is there: "+NotReady(release))
			}
		}
		return strings.Join(pending, "; ")
	})
	for _, name := range names {
		if kept := s.helmKeeps(name); len(kept) > 0 {
			s.Errorf("release %s is gone, and Helm keeps %s", name, strings.Join(kept, ", "))
		}
	}
}

// helmKeeps returns the Secrets in which Helm keeps a release.
func (s *S) helmKeeps(release string) (secrets []string) {
	s.Helper()
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("SecretList"))
	s.must(s.Client.List(s.ctx, list, client.MatchingLabels{"owner": "helm", "name": release}))
	for i := range list.Items {
		secrets = append(secrets, list.Items[i].Namespace+"/"+list.Items[i].Name)
	}
	return secrets
}
