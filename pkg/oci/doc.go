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
package oci
