// Package oci brings a bundle into a registry and back: it packs a file set as the one artifact
// that Flux's OCIRepository reconciles, pushes it, and pulls one without trusting it.
//
// It is the last room of the flow: it takes a bundle.Files, and does not look into the files. What
// the artifact looks like is what "flux push artifact" writes and source-controller reads.
//
//	bundle.Files ─ Pack ─► Artifact ─ Push ─► registry ─ Pull ─► bundle.Files
//
// Nothing here grows with the artifact: packing goes through a temporary file, pushing reads it as
// often as it takes, and pulling unpacks into a temporary directory whose files are opened when
// they are needed.
//
//	what                                                      where
//	oci://HOST/REPOSITORY[:TAG]                               reference.go
//	the artifact: layer, config, manifest                     pack.go, manifest.go, spool.go
//	how to reach a registry: TLS, credentials, progress       connection.go, credentials.go
//	one request sequence, tried again while it makes sense    attempt.go, on internal/registryhttp
//	what a failure means, and what to do about it             failure.go
//	pushing: tags looked at first and set last                push.go, tags.go
//	pulling: everything bounded and verified                  pull.go, unpack.go
package oci
