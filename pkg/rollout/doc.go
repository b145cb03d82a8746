// Package rollout reads a bundle as Flux will see it: the objects that kustomize makes of its root,
// the Helm releases among them, who waits for whom, and for each release where its chart comes from
// and which values it gets.
//
// It is the second currency of the program: all that looks into a bundle reads the file set here
// (pkg/verify, pkg/images, the summary of every command). It reads any bundle, also a broken one:
// what cannot be read is noted in Broken and BuildErr, and the rest is there. It judges nothing,
// renders no chart, and neither writes nor reaches any network.
package rollout
