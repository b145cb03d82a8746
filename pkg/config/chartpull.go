package config

import "cmp"

// ChartPull are the options of pulling upstream charts.
type ChartPull struct {
	// HelmBin is the helm program that pulls them; empty means without helm.
	HelmBin string
	// Jobs is how many charts are pulled at once; 0 means DefaultJobs.
	Jobs int
	// NoCache pulls every chart anew and keeps none; Offline takes charts from the cache only. Both
	// count for data that are not on this machine, too.
	NoCache, Offline bool
	// ChartCAFile and ChartPlainHTTP are to chart repositories and registries what CAFile and
	// PlainHTTP are to the registry that is published to.
	ChartCAFile    string
	ChartPlainHTTP bool
}

// Parallel returns Jobs, or its default.
func (o ChartPull) Parallel() int { return cmp.Or(o.Jobs, DefaultJobs) }
