package checks_test

import (
	"math/rand/v2"
	"strings"
	"testing/fstest"
)

// customMutations are custom resources that their definition refuses, and definitions that the API
// server does.
var customMutations = []mutation{
	custom("a word that a definition does not have", "spec: {mig: {strategy: singel}}"),
	custom("a number that is text", "spec: {replicas: two}"),
	custom("a number below its bound", "spec: {replicas: 0}"),
	custom("a misspelt field of a custom resource", "spec: {replica: 2}"),
	custom("a rule of a definition that does not hold", "spec: {low: 6}"),
	custom("a map that is a list", "spec: {mig: [single]}"),
	custom("no spec of a custom resource", "other: {}"),
	defines("a version that the definition does not serve", "custom-resource", "apiVersion: example.com/v1\n", "apiVersion: example.com/v1alpha1\n"),
	defines("a version that the definition does not have", "custom-resource", "apiVersion: example.com/v1\n", "apiVersion: example.com/v2\n"),
	defines("a definition of another name", "core-schema", "{name: policies.example.com}", "{name: policy.example.com}"),
	defines("a definition that stores two versions", "core-schema", "storage: false", "storage: true"),
	defines("a definition without a schema", "core-schema", "    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}\n", ""),
	defines("a group without a dot", "core-schema", "group: example.com", "group: example"),
	defines("a scope that is none", "core-schema", "scope: Cluster", "scope: Global"),
}

const aPolicy = "apiVersion: example.com/v1\nkind: Policy\nmetadata: {name: a}\n"

func custom(kind, rest string) mutation {
	return mutation{kind, false, []string{"custom-resource"}, func(r *rand.Rand, bundle fstest.MapFS) string {
		return addDefined(r, bundle, clusterPolicies, aPolicy+rest+"\n")
	}}
}

// defines changes the definition or the resource.
func defines(kind, check, old, instead string) mutation {
	return mutation{kind, false, []string{check}, func(r *rand.Rand, bundle fstest.MapFS) string {
		return addDefined(r, bundle, strings.Replace(clusterPolicies, old, instead, 1), strings.Replace(aPolicy, old, instead, 1)+"spec: {}\n")
	}}
}

// addDefined adds a definition and a resource of it. The resource may come from a chart.
func addDefined(r *rand.Rand, bundle fstest.MapFS, definition, resource string) string {
	did := addObject(resource)(r, bundle)
	if did != "" {
		addListed(bundle, "crd.yaml", definition)
	}
	return did
}
