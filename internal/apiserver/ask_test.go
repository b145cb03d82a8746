package apiserver

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

func TestWhatAnAnswerMeans(t *testing.T) {
	deployments, deployment := schema.GroupResource{Group: "apps", Resource: "deployments"}, schema.GroupKind{Group: "apps", Kind: "Deployment"}
	for name, c := range map[string]struct {
		err  error
		want engine.Verdict
		says string
	}{
		"taken":                {nil, engine.Taken, ""},
		"a value":              {apierrors.NewInvalid(deployment, "a", field.ErrorList{field.Invalid(field.NewPath("spec", "replicas"), -1, "it must not be negative")}), engine.Refused, "spec.replicas"},
		"a field":              {apierrors.NewBadRequest("strict decoding error: unknown field \"spec.a\""), engine.Refused, "unknown field"},
		"no namespace":         {apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "web"), engine.NoNamespace, ""},
		"what it refers to":    {apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "other"), engine.Refused, "other"},
		"a person":             {apierrors.NewForbidden(deployments, "a", errors.New(`User "me" cannot patch resource`)), engine.NotAsked, "cannot patch"},
		"a policy":             {apierrors.NewForbidden(deployments, "a", errors.New(`violates PodSecurity "restricted"`)), engine.Refused, "PodSecurity"},
		"a webhook":            {apierrors.NewForbidden(deployments, "a", errors.New(`admission webhook "a" denied the request`)), engine.Refused, "denied"},
		"no dry run":           {apierrors.NewBadRequest(`admission webhook "a" does not support dry run`), engine.NotAsked, "does not support"},
		"a webhook that fails": {apierrors.NewInternalError(errors.New(`failed calling webhook "a"`)), engine.Refused, "failed calling"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := judge(t.Context(), c.err, "web", []string{"old", "old"})
			text := ""
			for _, p := range got.Problems {
				text += p.Field + " " + p.Text
			}
			if err != nil || got.Verdict != c.want || !strings.Contains(text, c.says) || len(got.Warnings) != 1 {
				t.Errorf("got %+v (%v), want %v with %q", got, err, c.want, c.says)
			}
		})
	}
}

// A server that does not answer says nothing of an object.
func TestNoAnswer(t *testing.T) {
	for _, err := range []error{
		apierrors.NewTooManyRequests("later", 1), apierrors.NewServiceUnavailable("a"), apierrors.NewUnauthorized("a"), apierrors.NewTimeoutError("a", 1),
		&url.Error{Op: "Patch", URL: "https://10.0.0.1:6443/apis/a?dryRun=All", Err: errors.New("connection refused")},
	} {
		if _, got := judge(t.Context(), err, "web", nil); got == nil || strings.Contains(got.Error(), "dryRun=All") {
			t.Errorf("%v: %v", err, got)
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	over := errors.New("over")
	cancel(over)
	if _, err := judge(ctx, errors.New("cancelled"), "web", nil); !errors.Is(err, over) {
		t.Error(err)
	}
}
