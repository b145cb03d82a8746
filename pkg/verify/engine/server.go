package engine

import (
	"context"
	"slices"

	"github.com/aicr-flux/aicr/internal/kubeapi"
	"github.com/aicr-flux/aicr/internal/kubeschema"
)

// Server is the API server of a cluster.
type Server interface {
	// String says which server it is.
	String() string
	// APIVersions are what charts learn of the cluster: "apps/v1" and "apps/v1/Deployment".
	APIVersions() []string
	// Ask tells what the server would say to an object. One without a namespace whose kind needs one is
	// asked about in the given one. An error says that the server does not answer.
	Ask(ctx context.Context, object map[string]any, namespace string) (Answer, error)
}

// Verdict is what a server makes of an object.
type Verdict int

// What a server can make of an object.
const (
	Taken       Verdict = iota
	Refused             // Problems say why
	NoKind              // the cluster does not have the kind in this version; Versions are those that it has
	NoNamespace         // the cluster does not have the namespace
	NotAsked            // a person may not ask, or a webhook does not answer to a dry run; Problems say why
)

// Answer is what a server says to an object.
type Answer struct {
	Verdict  Verdict
	Problems []Problem
	Warnings []string
	Versions []string
}

// Problem is one thing that a server complains of. Only Text may hold a value of the object.
type Problem struct {
	// Field is "spec.replicas", Reason "FieldValueInvalid"; both may be empty.
	Field, Reason, Text string
}

// apiVersions are what charts learn of the cluster, in which Flux is or will be.
func (s *Scene) apiVersions() []string {
	kubernetes := kubeapi.APIVersions(s.KubeVersion())
	if s.Options.APIServer != nil {
		kubernetes = s.Options.APIServer.APIVersions()
	}
	return slices.Concat(kubernetes, kubeschema.APIVersions(s.FluxVersion()))
}
