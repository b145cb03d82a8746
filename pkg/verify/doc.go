// Package verify proves a bundle offline: will Flux take it, and will it roll out?
//
// It takes a file set from anywhere, a directory, a pulled artifact, the memory of a generator, and
// does not know how it was made. The way through it:
//
//	rollout.Read    the bundle as Flux reads it
//	engine.Scene    what several checks need, made once
//	checks          one look at the scene, one file each
//	engine.Report   findings, what the cluster needs, what was not seen
//	format          the report as text, JSON, SARIF or annotations
//
// A check says where something is wrong, what, and what to do. Its texts are its page in
// docs/checks, too.
package verify
