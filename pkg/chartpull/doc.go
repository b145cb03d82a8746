// Package chartpull fetches upstream charts, to be vendored into a bundle or rendered. It holds the
// puller, the cache of what it fetched, and the lock that compares a later run with an earlier one.
//
// It implements localformat.ChartPuller with Helm's own packages: repo reads what a repository
// lists, registry talks to OCI registries. Its place in the flow is the edge: everything that comes
// in here was made by somebody else, and is hostile until checked.
//
//	component ─ request ─► cache ─┬─ hit ───────────────────────────────────► bytes + record
//	                              └─ repository, registry or helm ─ checks ─ cache ─┘
//
// The bytes and the record of a chart are the same with the helm command and without.
package chartpull
