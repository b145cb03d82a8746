package oci

import "cmp"

// Limits bound what is pulled, because anybody can have pushed it. 0 means the default.
type Limits struct {
	// Packed is the size of the layer in bytes; default 1 GiB.
	Packed int64
	// Unpacked is the size of the archive in it, headers and all; default 2 GiB.
	Unpacked int64
	// File is the size of one file; default 256 MiB.
	File int64
	// Files is the number of files; default 100,000.
	Files int
}

// maxManifest is the size of a manifest that registries have to take.
const maxManifest = 4 << 20

func (l Limits) withDefaults() Limits {
	return Limits{
		Packed:   cmp.Or(l.Packed, 1<<30),
		Unpacked: cmp.Or(l.Unpacked, 2<<30),
		File:     cmp.Or(l.File, 256<<20),
		Files:    cmp.Or(l.Files, 100_000),
	}
}
