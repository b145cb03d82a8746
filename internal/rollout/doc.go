// Package rollout reads a bundle as Flux will: the objects that the build of
// the root kustomization hands to the cluster, the Helm releases among them,
// and for each release its chart, its values and the manifests that come out.
//
// It stands between a bundle's files and whoever judges or lists what they
// bring about (pkg/verify, pkg/images). It reads any bundle, also a broken one:
// what cannot be read is noted in Broken, and the rest is there. It judges
// nothing, and it neither writes nor reaches any network.
package rollout
