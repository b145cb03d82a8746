// Package render renders charts and kustomizations of strangers. They are programs: one that is written to run for ever,
// or to take all memory, does so, and Go can stop neither. So the program starts itself again, as many times as there are
// processors, and gives the work to these children. A child that takes too long, or too much, is ended with what it was
// doing; the result says so, and a fresh child takes the rest.
//
//	verify, images ─► Renderer ┬► InProcess                                            ┬► internal/chart (Helm), kustomize
//	                           └► Processes ─► pipes ─► ServeIfChild, in the child's main ┘
//
// Jobs and results are plain data, and go over the pipes as JSON. Inside the child run Helm's engine, Helm's lint rules
// and kustomize as their libraries ship them.
package render

import (
	"context"

	"github.com/aicr-flux/aicr/internal/chart"
)

// Renderer renders charts and kustomizations. An error is of ctx, or of the system; what is wrong with a chart or a
// kustomization is in the result. It is safe for concurrent use.
type Renderer interface {
	Chart(ctx context.Context, job ChartJob) (ChartResult, error)
	Build(ctx context.Context, job BuildJob) (BuildResult, error)
}

// ChartJob is a chart with the releases that install it.
type ChartJob struct {
	Package  chart.Package
	Installs []chart.Install
	// Lint asks for what helm lint has against the chart.
	Lint bool
}

// ChartResult is what Helm makes of a ChartJob.
type ChartResult struct {
	// Chart is nil where Err says why it cannot be loaded.
	Chart *chart.Chart
	Err   *chart.Error
	// Lint are the messages of helm lint; LintErr is why there are none.
	Lint    []chart.Message
	LintErr string
	// Installs are in the order of the job; there are none where Err says why.
	Installs []Installed
}

// Installed is what a release gets of its chart: manifests, or the reasons why there are none.
type Installed struct {
	Manifests []chart.Manifest
	Errors    []*chart.Error
}

// BuildJob is a build of a kustomization. It must not lead out of its files: kustomize would ask other servers.
type BuildJob struct {
	// Files are what the build may read, by path. Dir is the directory of the kustomization among them.
	Files map[string][]byte
	Dir   string
}

// BuildResult is what kustomize makes of a BuildJob.
type BuildResult struct {
	Objects []Built
	// Problem is why there are no objects: what kustomize says, or, where the build was Stopped, why.
	Problem string
	Stopped bool
}

// Built is one object of a build.
type Built struct {
	// File is that of BuildJob.Files which the object comes from, or whose generator makes it; empty where that is not known.
	File string
	// Object has int64 and float64 for numbers.
	Object map[string]any
}

// request is what a child is asked, answer one of the things that it answers: for a chart what it is, and then each of
// its installs, so that it is known which one a child was at when it ended.
type request struct {
	// Memory is how large the child may get, in bytes. Dir is a directory for what must be on disk; empty for any.
	Memory int64
	Dir    string
	Chart  *ChartJob `json:",omitempty"`
	Build  *BuildJob `json:",omitempty"`
}

type answer struct {
	Chart     *ChartResult `json:",omitempty"`
	Installed *Installed   `json:",omitempty"`
	Build     *BuildResult `json:",omitempty"`
}

// add puts an answer into the result.
func (r *ChartResult) add(a answer) {
	switch {
	case a.Chart != nil && r.Chart == nil:
		*r = *a.Chart
	case a.Installed != nil:
		r.Installs = append(r.Installs, *a.Installed)
	}
}

// next is what is left of a job after the answers so far, and whether that is anything.
func (r *ChartResult) next(job ChartJob) (ChartJob, bool) {
	job.Lint = job.Lint && r.Chart == nil
	job.Installs = job.Installs[len(r.Installs):]
	return job, r.Err == nil && (r.Chart == nil || len(job.Installs) > 0)
}
