package deployer

import (
	"time"

	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

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

	// Placeholder says that the bundle refers to a Git repository that was not named. That matters
	// where it is written, and not where it is only looked at.
	Placeholder bool `json:"-"`

	// Derived are options that were not given and follow from the Git work tree that the bundle lies
	// in; nil where none does.
	Derived *Derived `json:"derived,omitempty"`
	// Releases are what will be installed, in rollout order.
	Releases []rollout.Summary `json:"releases"`
	// Variables are what the Kustomization that applies the bundle has to give.
	Variables []rollout.Variable `json:"variables,omitempty"`
	// Data are the archives that files of components came from.
	Data []DataSource `json:"data,omitempty"`
	// Artifact is what was published; nil for a directory.
	Artifact *Artifact `json:"artifact,omitempty"`
	// Added and Changed are the files that were not in the directory, or not as they are in the
	// bundle; Removed are those of an earlier run that this one no longer has, and Kept the edited
	// files that stay as they are. Paths are relative to the directory.
	Added   []string `json:"added,omitempty"`
	Changed []string `json:"changed,omitempty"`
	Removed []string `json:"removed,omitempty"`
	Kept    []string `json:"kept,omitempty"`
	// Carried is the new content of those among Kept whose edits move to where the bundle has the
	// values now.
	Carried map[string][]byte `json:"-"`
	// SyncFile is the file that brings the bundle into a cluster; nil where none is named.
	SyncFile *SyncFile `json:"syncFile,omitempty"`
	// ReleaseChanges are what Flux does in a cluster with the bundle that was in the directory.
	ReleaseChanges []rollout.Change `json:"releaseChanges,omitempty"`
	// Diff says more of that: what changes in a cluster, and in a dry run what charts of the bundle make
	// of it; nil where there was no bundle.
	Diff *diff.Report `json:"diff,omitempty"`
}

// DataSource is an archive of data. Source#Digest names the same one for ever.
type DataSource struct {
	Source string `json:"source"`
	Digest string `json:"digest"`
}

// The states of a file.
const (
	Added     = "added"
	Changed   = "changed"
	Unchanged = "unchanged"
)

// SyncFile is a file with the objects of a Sync.
type SyncFile struct {
	File string `json:"file"`
	// State is what the run makes of it: Added, Changed or Unchanged; empty in a dry run of
	// publishing, where it depends on the registry.
	State string `json:"state,omitempty"`
	// Kustomization is the name of the object that applies the bundle, and Path the directory in Git
	// that it applies; empty for an artifact.
	Kustomization string `json:"kustomization,omitempty"`
	Path          string `json:"path,omitempty"`
}

// Derived are fields of Options.
type Derived struct {
	RepoPath       string `json:"repoPath,omitempty"`
	RepoURL        string `json:"repo,omitempty"`
	TargetRevision string `json:"targetRevision,omitempty"`
	GitSourceName  string `json:"gitSource,omitempty"`
	Namespace      string `json:"namespace,omitempty"`
}

// Artifact is a bundle that was published in a registry.
type Artifact struct {
	// Reference is HOST/REPOSITORY:TAG@sha256:…, and Images are the same for each tag.
	Reference string   `json:"reference"`
	Images    []string `json:"images"`
	// URL is oci://HOST/REPOSITORY.
	URL    string `json:"url"`
	Digest string `json:"digest"`
	Tag    string `json:"tag"`
	// SourceName and Namespace are those of the OCIRepository that brings it.
	SourceName string `json:"sourceName"`
	Namespace  string `json:"namespace"`
	// DerivedTag says that the tag follows from the content because none was given.
	DerivedTag bool `json:"derivedTag"`
	// Size is that of the packed bundle in bytes.
	Size int64 `json:"size"`
	// Uploaded says that the registry did not have it; Tagged are the tags that did not point to it
	// before.
	Uploaded bool     `json:"uploaded"`
	Tagged   []string `json:"tagged,omitempty"`
}
