// Package helmchart is a chart as helm-controller sees it: loaded from a bundle or an archive, rendered with a release's
// name, namespace and values, and linted, without a cluster, a network or a disk.
//
// It stands beside the flow that writes bundles. What judges a bundle, or asks what it needs, renders its charts here.
// What Helm can do is left to Helm's own loader and engine; this package adds what Helm does not promise: that a chart
// of a stranger ends, and stays within its bounds.
//
//	FromDir, FromFiles, FromArchive ─► Chart ─► Render ─► []Manifest
//	                                         └► Lint   ─► []Message
//
// Only chart, engine, ignore and release/v1/util of Helm are linked, never its actions, clients or downloaders.
package helmchart
