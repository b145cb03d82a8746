package flux_test

import (
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientdynamic "k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/fake"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
)

// The wake release brings nothing where nobody would take the events. A Receiver that nobody serves
// is never ready, so that the release would fail again and again, and hold a worker all that time.
func TestTheWakeReleaseBringsNothingThatIsNeverReady(t *testing.T) {
	kinds := []string{"notification.toolkit.fluxcd.io/v1/Receiver", "notification.toolkit.fluxcd.io/v1beta3/Alert"}
	controller := func(available int32) *appsv1.Deployment {
		return &appsv1.Deployment{
			TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
			ObjectMeta: metav1.ObjectMeta{Name: "notification-controller", Namespace: "flux-system"},
			Status:     appsv1.DeploymentStatus{AvailableReplicas: available},
		}
	}
	for name, c := range map[string]struct {
		kinds   []string
		cluster []runtime.Object
		brings  bool
	}{
		"it runs":             {kinds, []runtime.Object{controller(1)}, true},
		"it does not run":     {kinds, []runtime.Object{controller(0)}, false},
		"it has another name": {kinds, nil, true},
		"without the kinds":   {nil, []runtime.Object{controller(1)}, false},
		"without one of both": {kinds[1:], nil, false},
	} {
		_, fsys := render(t, eventDriven())
		wake := mustPlan(t, eventDriven()).Releases[0].Name
		var files []*archive.BufferedFile
		for file, f := range fsys {
			if rest, ok := strings.CutPrefix(file, wake+"/"); ok && !strings.HasPrefix(rest, "helmrelease") {
				files = append(files, &archive.BufferedFile{Name: rest, Data: f.Data})
			}
		}
		chart, err := loader.LoadFiles(files)
		if err != nil {
			t.Fatal(err)
		}
		got := renderIn(t, chart, c.kinds, c.cluster)
		if brings := strings.Contains(got, "kind: Receiver"); brings != c.brings || !brings && strings.TrimSpace(got) != "" {
			t.Errorf("%s: it brings\n%s", name, got)
		}
	}
}

// renderIn renders a chart as helm-controller does in a cluster.
func renderIn(t *testing.T, chart *chartv2.Chart, kinds []string, cluster []runtime.Object) string {
	t.Helper()
	capabilities := common.DefaultCapabilities.Copy()
	capabilities.APIVersions = append(capabilities.APIVersions, kinds...)
	values, err := util.ToRenderValues(chart, nil, common.ReleaseOptions{Name: chart.Name(), Namespace: "flux-system"}, capabilities)
	if err != nil {
		t.Fatal(err)
	}
	files, err := engine.RenderWithClientProvider(chart, values, objectsOf{fake.NewSimpleDynamicClient(clientgoscheme.Scheme, cluster...)})
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, text := range files {
		all.WriteString(text)
	}
	return all.String()
}

// objectsOf lets templates look things up.
type objectsOf struct{ clientdynamic.Interface }

// GetClientFor implements engine.ClientProvider.
func (c objectsOf) GetClientFor(apiVersion, kind string) (clientdynamic.NamespaceableResourceInterface, bool, error) {
	gv, err := schema.ParseGroupVersion(apiVersion)
	return c.Resource(gv.WithResource(strings.ToLower(kind) + "s")), true, err
}
