// Package fluxclient has only tests: they look at a pushed bundle with the libraries that
// source-controller itself is made of, and at the registry that most registries are made of. It is
// a module of its own, because nothing of all that may become part of the program, or of what its
// users download.
package fluxclient
