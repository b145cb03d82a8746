package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"github.com/fluxcd/pkg/apis/meta"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// fieldManager is that of kubectl, whose fields kustomize-controller takes over.
const fieldManager = "kubectl"

// Create creates an object.
func (s *S) Create(object client.Object) {
	s.Helper()
	s.must(s.Client.Create(s.ctx, object))
}

// Apply applies an object as "kubectl apply --server-side" does.
func (s *S) Apply(object client.Object) {
	s.Helper()
	s.must(s.Client.Patch(s.ctx, object, client.Apply, client.FieldOwner(fieldManager), client.ForceOwnership)) //nolint:staticcheck // objects of any kind
}

// Get reads an object of Flux's namespace; one that is not there fails the scenario.
func (s *S) Get(object client.Object, name string) {
	s.Helper()
	s.must(s.Client.Get(s.ctx, client.ObjectKey{Namespace: s.Namespace, Name: name}, object))
}

// There reads an object of any namespace, and reports whether it is there.
func (s *S) There(object client.Object, namespace, name string) bool {
	s.Helper()
	err := s.Client.Get(s.ctx, client.ObjectKey{Namespace: namespace, Name: name}, object)
	s.must(client.IgnoreNotFound(err))
	return err == nil
}

// Delete deletes an object, if it is there.
func (s *S) Delete(object client.Object) {
	s.Helper()
	s.must(client.IgnoreNotFound(s.Client.Delete(s.ctx, object)))
}

// Gone waits until an object that was deleted is gone.
func (s *S) Gone(object client.Object) {
	s.Helper()
	list := &unstructured.UnstructuredList{}
	kind, err := s.Client.GroupVersionKindFor(object)
	s.must(err)
	list.SetGroupVersionKind(kind)
	s.Until(kind.Kind+" "+object.GetName(), list, func(objects Objects) string {
		if objects[object.GetName()] != nil {
			return "it is there"
		}
		return ""
	}, client.InNamespace(object.GetNamespace()))
}

// Suspend stops the controller of an object of Flux, as "flux suspend" does.
func (s *S) Suspend(object client.Object) {
	s.Helper()
	s.must(s.Client.Patch(s.ctx, object.DeepCopyObject().(client.Object), client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"suspend":true}}`))))
}

// Reconcile has a controller look at an object at once, as "flux reconcile" does.
func (s *S) Reconcile(object client.Object) {
	s.Helper()
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": map[string]string{
		meta.ReconcileRequestAnnotation: time.Now().Format(time.RFC3339Nano),
	}}})
	s.must(err)
	s.must(s.Client.Patch(s.ctx, object.DeepCopyObject().(client.Object), client.RawPatch("application/merge-patch+json", patch)))
}

// Objects are objects of a kind in Flux's namespace by their names.
type Objects map[string]client.Object

// Until waits until pending says "", which is asked whenever an object of the list's kind in Flux's
// namespace has changed, and otherwise says what is waited for. It gives up when that has been the
// same for a long time.
func (s *S) Until(what string, list client.ObjectList, pending func(Objects) string, o ...client.ListOption) {
	s.Helper()
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	stuck := time.AfterFunc(patience, cancel)
	defer stuck.Stop()
	s.until(ctx, what, list, pending, func() { stuck.Reset(patience) }, o)
}

// Within is Until with a limit that no change moves.
func (s *S) Within(limit time.Duration, what string, list client.ObjectList, pending func(Objects) string, o ...client.ListOption) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, limit)
	defer cancel()
	s.until(ctx, what, list, pending, func() {}, o)
}

func (s *S) until(ctx context.Context, what string, list client.ObjectList, pending func(Objects) string, changed func(), o []client.ListOption) {
	s.Helper()
	start, reason := time.Now(), "nothing is there"
	err := s.follow(ctx, list, func(objects Objects) bool {
		now := pending(objects)
		if now != reason {
			changed()
		}
		reason = now
		return reason == ""
	}, o...)
	if err != nil {
		s.Fatalf("%s after %v: %s (%v)", what, time.Since(start).Round(time.Second), reason, err)
	}
}

// follow calls done with all objects of the list's kind at first and after each change, until it
// says true.
func (s *S) follow(ctx context.Context, list client.ObjectList, done func(Objects) bool, o ...client.ListOption) error {
	if len(o) == 0 {
		o = []client.ListOption{client.InNamespace(s.Namespace)}
	}
	for {
		over, err := s.followOnce(ctx, list, done, o)
		if over || err != nil {
			return err
		}
	}
}

// followOnce lists and watches until the watch ends, which API servers do now and then.
func (s *S) followOnce(ctx context.Context, list client.ObjectList, done func(Objects) bool, o []client.ListOption) (over bool, err error) {
	if err := s.Client.List(ctx, list, o...); apimeta.IsNoMatchError(err) {
		return false, pause(ctx) // a release may bring the kind
	} else if err != nil {
		return false, err
	}
	objects := Objects{}
	err = apimeta.EachListItem(list, func(item runtime.Object) error {
		object := item.DeepCopyObject().(client.Object)
		objects[object.GetName()] = object
		return nil
	})
	if err != nil || done(objects) {
		return true, err
	}
	from := &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: list.GetResourceVersion()}}
	changes, err := s.Client.Watch(ctx, list, append(slices.Clone(o), from)...)
	if err != nil {
		return false, err
	}
	defer changes.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case event, ok := <-changes.ResultChan():
			object, isObject := event.Object.(client.Object)
			switch {
			case !ok || event.Type == watch.Error:
				return false, nil
			case !isObject:
				continue
			case event.Type == watch.Deleted:
				delete(objects, object.GetName())
			default:
				objects[object.GetName()] = object
			}
			if done(objects) {
				return true, nil
			}
		}
	}
}

// pause is for what cannot be watched.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(200 * time.Millisecond):
		return nil
	}
}

// conditioned is an object of Flux.
type conditioned interface {
	client.Object
	GetConditions() []metav1.Condition
}

// NotReady says why an object of Flux is not ready for its generation, or "".
func NotReady(object conditioned) string {
	ready := apimeta.FindStatusCondition(object.GetConditions(), meta.ReadyCondition)
	switch {
	case ready == nil:
		return "no Ready condition"
	case ready.Status != metav1.ConditionTrue:
		return ready.Reason + ": " + ready.Message
	case ready.ObservedGeneration != object.GetGeneration():
		return "Ready is of an earlier generation"
	}
	return ""
}

// ReleasesReady waits until releases are there and ready for their generation.
func (s *S) ReleasesReady(names ...string) {
	s.Helper()
	s.Until("releases", &helmv2.HelmReleaseList{}, func(objects Objects) string {
		var pending []string
		for _, name := range names {
			release, _ := objects[name].(*helmv2.HelmRelease)
			if release == nil {
				pending = append(pending, name+": not there")
			} else if reason := NotReady(release); reason != "" {
				pending = append(pending, name+": "+reason)
			} else if release.Status.ObservedGeneration != release.Generation {
				pending = append(pending, name+": the rest of its status is of an earlier generation")
			}
		}
		return strings.Join(pending, "; ")
	})
}

// Releases returns the HelmReleases of Flux's namespace by their names.
func (s *S) Releases() map[string]*helmv2.HelmRelease {
	s.Helper()
	list := &helmv2.HelmReleaseList{}
	s.must(s.Client.List(s.ctx, list, client.InNamespace(s.Namespace)))
	all := map[string]*helmv2.HelmRelease{}
	for i := range list.Items {
		all[list.Items[i].Name] = &list.Items[i]
	}
	return all
}

// Revisions returns the number of the newest Helm revision of each release: 1 after an install, and
// one more after each upgrade.
func (s *S) Revisions() map[string]int {
	s.Helper()
	revisions := map[string]int{}
	for name, release := range s.Releases() {
		if latest := release.Status.History.Latest(); latest != nil {
			revisions[name] = latest.Version
		}
	}
	return revisions
}

// Upgraded fails the scenario unless exactly the named releases have one revision more than before,
// and the others of before have the same.
func (s *S) Upgraded(before map[string]int, names ...string) {
	s.Helper()
	after := s.Revisions()
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(before)) {
		want := before[name]
		if slices.Contains(names, name) {
			want++
		}
		if after[name] != want {
			wrong = append(wrong, fmt.Sprintf("%s is at revision %d and not %d", name, after[name], want))
		}
	}
	if len(wrong) > 0 {
		s.Errorf("upgrades: %s", strings.Join(wrong, "; "))
	}
}
