package config

// ChartPull are the options of pulling upstream charts. They are flags of every
// command that pulls some, and fields of the config file beside those of
// Options.
type ChartPull struct {
	HelmBin string `json:"helmBin,omitempty"`
	// Jobs is how many charts are pulled at once; 0 means DefaultJobs.
	Jobs    int  `json:"jobs,omitempty"`
	NoCache bool `json:"noCache,omitempty"`
	Offline bool `json:"offline,omitempty"`

	// ChartCAFile and ChartPlainHTTP are to chart repositories and registries
	// what CAFile and PlainHTTP are to the registry that is published to.
	ChartCAFile    string `json:"chartCaFile,omitempty"`
	ChartPlainHTTP bool   `json:"chartPlainHttp,omitempty"`
}

// Parallel returns Jobs, or its default.
func (o ChartPull) Parallel() int {
	if o.Jobs == 0 {
		return DefaultJobs
	}
	return o.Jobs
}
