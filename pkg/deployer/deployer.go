// Package deployer says what every deployer has in common: it generates a
// bundle into a directory and tells what it made. It does not know which
// deployers there are.
package deployer

import (
	"context"
	"time"
)

// Deployer generates a bundle for one GitOps tool.
type Deployer interface {
	// Generate writes the bundle into dir, all or nothing.
	Generate(ctx context.Context, dir string) (*Output, error)
}

// Output is what a run made.
type Output struct {
	// Files are the absolute paths of all files of the bundle, sorted.
	Files []string `json:"files"`
	// TotalSize is the sum of their sizes in bytes.
	TotalSize int64 `json:"totalSize"`
	// Duration is the time that the run took.
	Duration time.Duration `json:"-"`

	// DeploymentSteps are what to do next, in order.
	DeploymentSteps []string `json:"deploymentSteps"`
	// DeploymentNotes are what to know about the cluster before.
	DeploymentNotes []string `json:"deploymentNotes"`
	// Warnings are what a person should look at; the bundle was made anyway.
	Warnings []string `json:"warnings"`

	// Releases are what will be installed, in rollout order.
	Releases []Release `json:"releases"`
	// Removed are the files of an earlier run that this one no longer has,
	// and Kept the edited files that it left as they are, relative to the
	// directory.
	Removed []string `json:"removed,omitempty"`
	Kept    []string `json:"kept,omitempty"`
}

// Release is one release of a bundle, for people and programs to read.
type Release struct {
	Name      string `json:"name"`
	Component string `json:"component"`
	// Namespace is where the chart is installed.
	Namespace string `json:"namespace"`
	// Chart and Version are as the GitOps tool gets them; Source is the chart
	// repository's URL, or "local" for a chart inside the bundle.
	Chart     string   `json:"chart"`
	Version   string   `json:"version"`
	Source    string   `json:"source"`
	DependsOn []string `json:"dependsOn"`
}
