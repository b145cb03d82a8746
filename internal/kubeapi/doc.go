// Package kubeapi is what an API server of a version of Kubernetes has and demands of its own kinds:
// which are served, their schemas, and the rules that no schema can say.
//
// It is the step between the OpenAPI files of Kubernetes, which are generated into kinds.json.gz, and
// what judges a bundle (pkg/verify). Nothing is unpacked before the first object asks for it, and no
// schema is built before the first object of its kind.
package kubeapi
