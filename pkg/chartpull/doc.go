// Package chartpull fetches upstream charts, to be vendored into a bundle or
// rendered: it holds the two localformat.ChartPullers, the cache that they
// share, and the lock that holds a later run to an earlier one's bytes.
//
// It stands on localformat, which only says what a puller is. Its place in the
// flow is the edge: everything that comes in here was made by somebody else, and
// is hostile until checked.
//
//	component ─ request ─► cache ─┬─ hit ──────────────────────────────► bytes + record
//	                              └─ NativeChartPuller or CLIChartPuller ─ checks ─ cache ─┘
//
// Both pullers return the same bytes and the same record for the same chart: the
// file name is what "helm package" gives it, and PullerVersion names the rules
// of this package, so that a bundle does not tell which puller made it.
//
//	what                                                    where
//	which chart is asked for, and what is refused at once   request.go
//	the way that both pullers share                         pull.go
//	is it one chart, the one asked for, and harmless        archive.go
//	content-addressed cache                                 cache.go
//	without helm: repositories over HTTP, and registries    native.go, http.go, index.go, logins.go, registry.go
//	with helm                                               cli.go
//	the puller that the options of a run ask for            new.go
//	the lock                                                provenance.go
package chartpull
