package proof

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Object is one object of a bundle: as its file spells it, and as kustomize builds it. Both say the same; the file's
// bytes still show what a build hides, such as a key that is given twice.
type Object struct {
	// File is the slash-separated path of the object's file in the bundle.
	File string
	// Source is that file, byte by byte.
	Source []byte
	// Built is the object that the build hands to the cluster.
	Built *unstructured.Unstructured
}

// String names the object as kubectl users do, with its file: "HelmRelease flux-system/gpu-operator (gpu-operator/helmrelease.yaml)".
func (o Object) String() string {
	return fmt.Sprintf("%s %s/%s (%s)", o.Built.GetKind(), o.Built.GetNamespace(), o.Built.GetName(), o.File)
}

// id is what makes an object unique in a cluster.
func id(u *unstructured.Unstructured) string {
	return u.GroupVersionKind().GroupKind().String() + " " + u.GetNamespace() + "/" + u.GetName()
}
