// Package render renders charts and kustomizations of strangers. They are programs: one that is
// written to run for ever, or to take all memory, does so, and Go can stop neither. So the program
// starts itself again, as many times as there are processors, and gives the work to these children.
// A child that takes too long, or too much, is ended with what it was doing; the result says so,
// and a fresh child takes the rest.
//
//	verify, images ─► Renderer ┬► InProcess                                            ┬► internal/chart (Helm), kustomize
//	                           └► Processes ─► pipes ─► ServeIfChild, in the child's main ┘
//
// Jobs and results are plain data, and go over the pipes with encoding/gob. Inside the child run
// Helm's engine, Helm's lint rules and kustomize as their libraries ship them.
package render

import (
	"bytes"
	"context"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Renderer renders charts and builds kustomizations. It is safe for concurrent use.
type Renderer interface {
	rollout.Builder
	// Chart loads and installs a chart. What is wrong with that is in the result; the error is of
	// ctx, or of the system.
	Chart(ctx context.Context, job ChartJob) (ChartResult, error)
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

// Size is about how much memory the manifests take once they are decoded, in bytes. Text of a few
// bytes can be an object.
func (r ChartResult) Size() int64 {
	const each = 64
	size := 0
	for _, in := range r.Installs {
		for _, m := range in.Manifests {
			size += len(m.JSON)
			for _, begins := range []string{"{", "[", ","} {
				size += each * bytes.Count(m.JSON, []byte(begins))
			}
		}
	}
	return int64(size)
}

// Installed is what a release gets of its chart: manifests, or the reasons why there are none.
type Installed struct {
	Manifests []chart.Manifest
	Errors    []*chart.Error
}

// request is what a child is asked: to do a Chart, or to build the kustomization in Root of Files.
type request struct {
	// Memory is how large the child may get, in bytes. Dir is a directory for what must be on disk;
	// empty for any.
	Memory int64
	Dir    string
	Chart  *ChartJob
	Root   string
	Files  map[string][]byte
}

// answer is a part of what comes of a request: of a chart first what it is, and then each of its
// installs, so that it is known which one a child was at when it ended.
type answer struct {
	Chart     *ChartResult
	Installed *Installed
	Build     *built
}

// built is what a build makes; Problem is what kustomize says where that is nothing.
type built struct {
	Objects []rollout.BuiltObject
	Problem string
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
