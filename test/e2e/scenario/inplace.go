package scenario

import (
	"maps"
	"slices"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Installed are the UIDs of HelmReleases and of what Helm has installed for them, by kind,
// namespace and name.
type Installed map[string]types.UID

// Installed returns what is there: HelmReleases, and the Deployments and ConfigMaps of a release in
// any namespace.
func (s *S) Installed() Installed {
	s.Helper()
	installed := Installed{}
	for name, release := range s.Releases() {
		installed["HelmRelease "+name] = release.UID
	}
	for kind, version := range map[string]string{"Deployment": appsv1.SchemeGroupVersion.String(), "ConfigMap": corev1.SchemeGroupVersion.String()} {
		list := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: version, Kind: kind + "List"}}
		s.must(s.Client.List(s.ctx, list))
		for i := range list.Items {
			if object := &list.Items[i]; object.Annotations["meta.helm.sh/release-name"] != "" {
				installed[kind+" "+object.Namespace+"/"+object.Name] = object.UID
			}
		}
	}
	return installed
}

// InPlace ends the scenario where something of before is gone or was made anew, or where
// helm-controller says that it has uninstalled a release.
func (s *S) InPlace(before Installed) {
	s.Helper()
	after := s.Installed()
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(before)) {
		switch after[name] {
		case before[name]:
		case "":
			wrong = append(wrong, name+" is gone")
		default:
			wrong = append(wrong, name+" was made anew")
		}
	}
	for name := range s.Releases() {
		for _, event := range s.Events(helmv2.HelmReleaseKind, name) {
			if strings.HasPrefix(event.Reason, "Uninstall") {
				wrong = append(wrong, name+": "+event.Reason+": "+event.Message)
			}
		}
	}
	if len(wrong) > 0 {
		s.Fatalf("not in place: %s", strings.Join(wrong, "; "))
	}
}
