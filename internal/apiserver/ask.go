package apiserver

import (
	"context"
	"encoding/json"
	stderrors "errors"
	"slices"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// Ask implements engine.Server: it applies the object in a dry run, refuses fields that the kind does
// not have, and takes over what somebody else owns, as Flux does. An object without a namespace whose
// kind needs one is asked about in the given one.
func (s *Server) Ask(ctx context.Context, content map[string]any, namespace string) (engine.Answer, error) {
	object := &unstructured.Unstructured{Object: content}
	kind := object.GroupVersionKind()
	mapping, err := s.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		if !meta.IsNoMatchError(err) {
			return engine.Answer{}, err
		}
		return engine.Answer{Verdict: engine.NoKind, Versions: s.versions(kind.GroupKind())}, nil
	}
	resource := dynamic.ResourceInterface(s.client.Resource(mapping.Resource))
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
		if own := object.GetNamespace(); own != "" {
			namespace = own
		}
		if namespace == "" {
			return engine.Answer{Verdict: engine.NotAsked, Problems: []engine.Problem{{Text: "it has no namespace, and its kind needs one"}}}, nil
		}
		resource = s.client.Resource(mapping.Resource).Namespace(namespace)
	}
	data, err := json.Marshal(content)
	if err != nil {
		return engine.Answer{}, err
	}
	force, said := true, &heard{}
	_, err = resource.Patch(context.WithValue(ctx, heardKey{}, said), object.GetName(), types.ApplyPatchType, data, metav1.PatchOptions{
		DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict, FieldManager: "aicr", Force: &force,
	})
	return judge(ctx, err, namespace, said.texts)
}

// versions are those in which the server has a kind.
func (s *Server) versions(kind schema.GroupKind) []string {
	mappings, _ := s.mapper.RESTMappings(kind) // an error says that there are none
	var all []string
	for _, m := range mappings {
		all = append(all, m.GroupVersionKind.Version)
	}
	return all
}

// judge reads an answer of the server.
func judge(ctx context.Context, err error, namespace string, warnings []string) (engine.Answer, error) {
	a := engine.Answer{Verdict: engine.Taken, Warnings: slices.Compact(warnings)}
	status, answered := stderrors.AsType[*apierrors.StatusError](err)
	switch {
	case err == nil:
		return a, nil
	case ctx.Err() != nil:
		return a, context.Cause(ctx)
	case !answered, apierrors.IsServiceUnavailable(err), apierrors.IsTimeout(err), apierrors.IsServerTimeout(err), apierrors.IsTooManyRequests(err), apierrors.IsUnauthorized(err):
		return a, stderrors.New(reason(err))
	case apierrors.IsNotFound(err) && status.ErrStatus.Details != nil && status.ErrStatus.Details.Kind == "namespaces" && status.ErrStatus.Details.Name == namespace:
		a.Verdict = engine.NoNamespace
		return a, nil
	case apierrors.IsForbidden(err) && !admission(status.ErrStatus.Message), strings.Contains(status.ErrStatus.Message, "does not support dry run"):
		a.Verdict, a.Problems = engine.NotAsked, []engine.Problem{{Reason: string(status.ErrStatus.Reason), Text: status.ErrStatus.Message}}
		return a, nil
	}
	a.Verdict = engine.Refused
	if details := status.ErrStatus.Details; details != nil && apierrors.IsInvalid(err) {
		for _, cause := range details.Causes {
			a.Problems = append(a.Problems, engine.Problem{Field: cause.Field, Reason: string(cause.Type), Text: cause.Message})
		}
	}
	if len(a.Problems) == 0 {
		a.Problems = []engine.Problem{{Reason: string(status.ErrStatus.Reason), Text: status.ErrStatus.Message}}
	}
	return a, nil
}

// admission reports whether a text is that of an admission plugin or webhook, which has seen the
// object; any other refusal is about the person who asks.
func admission(text string) bool {
	return strings.Contains(text, "admission webhook") || strings.Contains(text, "violates PodSecurity") || strings.Contains(text, "exceeded quota") ||
		strings.Contains(text, "ValidatingAdmissionPolicy")
}

// reason is an error without the address of the request, which is long and says little.
func reason(err error) string {
	var outer interface{ Unwrap() error }
	for stderrors.As(err, &outer) {
		inner := outer.Unwrap()
		if inner == nil || !strings.Contains(err.Error(), "\"https://") && !strings.Contains(err.Error(), "\"http://") {
			break
		}
		err = inner
	}
	return err.Error()
}

// heard are the warnings of one request.
type heard struct {
	mutex sync.Mutex
	texts []string
}

type heardKey struct{}

// warnings puts each warning to the request that it answers.
type warnings struct{}

// HandleWarningHeaderWithContext implements rest.WarningHandlerWithContext.
func (warnings) HandleWarningHeaderWithContext(ctx context.Context, _ int, _, text string) {
	said, ok := ctx.Value(heardKey{}).(*heard)
	if !ok {
		return
	}
	said.mutex.Lock()
	defer said.mutex.Unlock()
	said.texts = append(said.texts, text)
}
