package flux

import (
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// info is what bundle-info.yaml says of the options.
func (g *Generator) info() deployer.Info {
	var info deployer.Info
	info.Metadata.Version = g.Version
	info.Build.Deployer = "flux"
	info.Build.Settings = deployer.InfoSettings{
		Checksums: g.IncludeChecksums, VendorCharts: g.VendorCharts, Serial: g.Ordering != OrderGraph, InfoScheduling: g.Scheduling,
	}
	return info
}

// describe adds what the plan decides.
func (p *Plan) describe() deployer.Info {
	info := p.info
	if p.Git != nil {
		info.Build.Settings.RepoURL, info.Build.Settings.TargetRevision = p.Git.URL, p.Git.Branch
	}
	info.Layout.Entrypoint = RootFile
	if len(p.Vendored) > 0 {
		info.Layout.Provenance = localformat.ProvenanceFile
	}
	for i := range p.Releases {
		r := &p.Releases[i]
		info.Layout.Releases = append(info.Layout.Releases, deployer.InfoRelease{
			Name: r.Name, Component: r.Component, Namespace: r.TargetNamespace, Path: r.Name, Manifest: r.Name + "/helmrelease.yaml",
		})
		if of := &info.Build.Settings.Components; len(*of) == 0 || (*of)[len(*of)-1] != r.Component { // its releases stand together
			*of = append(*of, r.Component)
		}
	}
	return info
}
