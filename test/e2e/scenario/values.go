package scenario

import (
	"encoding/json"
	"reflect"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/google/go-cmp/cmp"
)

// Received returns the values that a stub chart got in the newest revision of its release, as it
// says in its ConfigMap. What Helm adds by itself to a chart inside a chart is left out.
func (s *S) Received(release string) map[string]any {
	s.Helper()
	hr := s.Releases()[release]
	if hr == nil {
		s.Fatalf("there is no HelmRelease %s", release)
	}
	var dump corev1.ConfigMap
	key := client.ObjectKey{Namespace: hr.GetReleaseNamespace(), Name: hr.GetReleaseName() + "-values"}
	if err := s.Client.Get(s.ctx, key, &dump); err != nil {
		s.Fatalf("the values of release %s: %v", release, err)
	}
	values := map[string]any{}
	s.must(json.Unmarshal([]byte(dump.Data["values.json"]), &values))
	if global, ok := values["global"].(map[string]any); ok && len(global) == 0 {
		delete(values, "global")
	}
	return values
}

// SameValues fails the scenario where a release that installs a stub got other values than are
// meant. A null takes a default away where a chart has one, which the stubs have not.
func (s *S) SameValues(release string, meant map[string]any) {
	s.Helper()
	data, err := json.Marshal(meant)
	s.must(err)
	var want map[string]any
	s.must(json.Unmarshal(data, &want))
	want, _ = withoutNull(want).(map[string]any)
	got, _ := withoutNull(s.Received(release)).(map[string]any)
	if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		s.Errorf("release %s got other values than are meant (-meant +got):\n%s", release, cmp.Diff(want, got))
	}
}

// ValuesAsMeant does SameValues for each release of a bundle that installs a stub, and returns how
// many there are.
func (s *S) ValuesAsMeant(b *Bundle) (n int) {
	s.Helper()
	for _, release := range b.Output.Releases {
		if release.Name != release.Component || !s.isStub(b, release.Component) {
			continue
		}
		n++
		s.SameValues(release.Name, b.Input.Values[release.Component])
	}
	if n == 0 {
		s.Error("no release installs a stub")
	}
	return n
}

func (s *S) isStub(b *Bundle, component string) bool {
	for i := range b.Input.Recipe.ComponentRefs {
		if ref := &b.Input.Recipe.ComponentRefs[i]; ref.Name == component {
			return !ref.ManifestOnly()
		}
	}
	return false
}

func withoutNull(value any) any {
	m, ok := value.(map[string]any)
	if !ok {
		return value
	}
	for key, v := range m {
		if v == nil {
			delete(m, key)
		} else {
			m[key] = withoutNull(v)
		}
	}
	return m
}
