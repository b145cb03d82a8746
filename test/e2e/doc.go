// Package e2e has the scenarios that run bundles on the real controllers of Flux; see
// docs/contributing/e2e.md. It is a module of its own, because nothing of what it needs may become
// part of the program.
package e2e
