// Package wire talks patiently and carefully to servers that nobody here runs:
// chart repositories and registries. An attempt ends when nothing moves, not
// when a clock says so; what may pass is tried again; credentials stay with the
// host that they are for; and what a server says never reaches a message with a
// token in it.
package wire
