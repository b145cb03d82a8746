package aicr

import (
	"context"
	"slices"
	"time"

	"github.com/go-logr/logr"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// Bundle makes the bundle of a recipe in a directory, or publishes it where Output begins with
// oci://. Problems that can be fixed together are reported together, and nothing is stored then.
func Bundle(ctx context.Context, o BundleOptions) (*deployer.Output, error) {
	return runBundle(ctx, o, deployers())
}

func runBundle(ctx context.Context, o BundleOptions, tools map[string]tool) (*deployer.Output, error) {
	start := time.Now()
	log := logr.FromContextOrDiscard(ctx)
	r, err := newPlacedRun(ctx, o, tools)
	if err != nil {
		return nil, err
	}
	made, err := r.make(ctx)
	if err != nil {
		return nil, err
	}
	log.Info("made", "number", made.Files.Len(), "of", "files", "took", time.Since(start))
	if r.tool.prove != nil {
		begun := time.Now()
		warnings, err := r.tool.prove(ctx, made, r.proof())
		if err != nil {
			return nil, err
		}
		log.Info("verified them", "took", time.Since(begun))
		made.Output.Warnings = append(made.Output.Warnings, warnings...)
	}
	if made.Output.Placeholder {
		made.Output.Warnings = append(made.Output.Warnings, "no Git repository is named, so local charts refer to the placeholder "+config.PlaceholderRepoURL+
			", which Flux cannot reach; write the bundle into a work tree of yours, or name the repository with `RepoURL` and the directory in it with `RepoPath`")
	}
	given, unused, err := r.Sync.give(made.Output.Variables, r.Namespace)
	if err != nil {
		return nil, err
	}
	made.Output.DeploymentNotes = append(made.Output.DeploymentNotes, given...)
	lacking, err := r.lacking(ctx, made.Output.Variables)
	if err != nil {
		return nil, err
	}
	unlike, err := r.unlike(ctx)
	if err != nil {
		return nil, err
	}
	owned, err := r.owners(ctx, made)
	if err != nil {
		return nil, err
	}
	made.Output.Warnings = slices.Concat(unlike, owned, unused, lacking, made.Output.Warnings)
	begun := time.Now()
	out, err := r.store(ctx, made)
	if err != nil {
		return nil, err
	}
	log.Info("stored them", "took", time.Since(begun))
	out.Duration = time.Since(start)
	return out, nil
}

// Make makes the bundle of a recipe in memory, whatever Output says.
func Make(ctx context.Context, o BundleOptions) (*deployer.Bundle, error) {
	r, err := newRun(ctx, o, deployers())
	if err != nil {
		return nil, err
	}
	return r.make(ctx)
}

// run is one run of Bundle.
type run struct {
	BundleOptions
	tool     tool
	rewrites recipe.Rewrites
	lock     lock
	ref      oci.Reference           // where the bundle is published
	synced   *deployer.Synced        // the way into a cluster for a bundle in Git, if asked for
	was      owned                   // what its file said before
	given    BundleOptions           // as they were given, but for the mode
	registry *component.Registry     // what the data know of components
	roots    []witness               // where the files of components are read from
	recorded record                  // how the bundle is made
	notes    []string                // what is good to know of the recipe and its values
	assigned map[string][]assignment // by component

	// What Bundle finds out about where things will lie: around is nil where the bundle is published.
	around    *surroundings
	derived   *deployer.Derived
	syncPlace *syncPlace
	taken     []string // the directories of the clusters that have releases of the bundle from elsewhere
}

// newRun finds everything that is wrong with the options before anything is read.
func newRun(ctx context.Context, o BundleOptions, tools map[string]tool) (*run, error) {
	tool, err := toolOf(tools, o.Deployer)
	if err != nil {
		return nil, err
	}
	r := &run{BundleOptions: o, tool: tool, given: o}
	var problems []error
	add := func(err error) { problems = append(problems, err) }
	if o.Scheduling.Nodes < 0 {
		add(errors.Invalid("`Nodes` %d is not a number of nodes; give the number that the cluster has", o.Scheduling.Nodes))
	}
	add(r.checkCharts())
	add(o.checkFluxVersion())
	add(verify.CheckKubeVersion(o.KubeVersion))
	r.rewrites, err = recipe.ParseRewrites(o.RegistryRewrite)
	add(err)
	if r.published() {
		add(r.toPublish())
		r.given.OCISourceName = r.OCISourceName
	} else {
		add(r.toWrite())
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	r.lock, err = openLock(ctx, o.VerifyProvenance)
	return r, err
}

// proof is what a bundle is held against before it is stored.
func (r *run) proof() verify.Options {
	o := verify.Options{FluxVersion: r.FluxVersion, KubeVersion: r.KubeVersion, Renderer: r.Renderer}
	if r.CheckCharts {
		o.Puller, o.Jobs, o.Offline = r.puller(), r.ChartPull.Jobs, r.ChartPull.Offline
	}
	return o
}

func (r *run) published() bool { return oci.IsReference(r.Output) }

// toPublish completes and checks the options of a bundle that is published.
func (r *run) toPublish() error {
	if r.OCISourceName == "" {
		r.OCISourceName = config.DefaultOCISourceName
	}
	var err error
	if r.ref, err = oci.ParseReference(r.Output); err != nil {
		return err
	}
	return r.publication().check()
}

func (r *run) publication() *publication {
	push := PushOptions{Publish: r.Publish, SourceSecrets: r.SourceSecrets, Version: r.Version, OCISourceName: r.OCISourceName, Namespace: r.Namespace, Force: r.Force}
	return &publication{PushOptions: push, tool: r.tool, ref: r.ref, made: r.Version, noChecksums: r.NoChecksums, place: r.syncPlace}
}

// toWrite completes and checks the options of a bundle that is written.
func (r *run) toWrite() error {
	if r.Output == "" {
		r.Output = config.DefaultOutput
	}
	problems := []error{checkDirectory(r.Output), refuse("belongs to publishing to oci://, and the output is a directory; remove it",
		field{"`PlainHTTP`", r.Registry.PlainHTTP}, field{"`InsecureTLS`", r.Registry.InsecureTLS}, field{"`CAFile`", r.Registry.CAFile != ""}, field{"`ImageRefs`", r.ImageRefs != ""},
		field{"`Tags`", len(r.Tags) > 0}, field{"`SourceURL`", r.SourceURL != ""}, field{"`Revision`", r.Revision != ""})}
	if r.ImageRefs == "" {
		problems = append(problems, r.checkFiles())
	}
	return errors.Join(append(problems, r.syncGit())...)
}

// field is a field of the options, in backquotes, and whether it is set.
type field struct {
	name string
	set  bool
}

// refuse returns a problem for each field that is set.
func refuse(why string, fields ...field) error {
	var problems []error
	for _, f := range fields {
		if f.set {
			problems = append(problems, errors.Invalid("%s %s", f.name, why))
		}
	}
	return errors.Join(problems...)
}

// make makes the bundle in memory.
func (r *run) make(ctx context.Context) (*deployer.Bundle, error) {
	in, warnings, err := r.resolve(ctx)
	if err != nil {
		return nil, err
	}
	if in.SyncFile = r.syncFile(); in.SyncFile == "" {
		in.AppliedBy = r.appliedBy()
	}
	made, err := r.tool.Make(ctx, in)
	if err != nil {
		return nil, err
	}
	record, err := r.record(ctx)
	if err == nil {
		err = made.Files.Add(RecordFile, record)
	}
	if err != nil {
		return nil, errors.In(err, "%s", RecordFile)
	}
	misspelt, err := r.misspelt(ctx, in, made)
	if err != nil {
		return nil, err
	}
	made.Output.Data = r.archives()
	made.Output.Warnings = slices.Concat([]string{}, warnings, misspelt, made.Output.Warnings)
	made.Output.DeploymentNotes = append(r.notes, made.Output.DeploymentNotes...)
	return made, r.lock.verify(made.Vendored)
}

// owners refuses a bundle whose releases would get a second owner.
func (r *run) owners(ctx context.Context, made *deployer.Bundle) (warnings []string, err error) {
	if made.Rollout == nil {
		return nil, nil
	}
	n := r.newcomer(made.Rollout.Releases)
	r.taken, warnings, err = n.check(ctx)
	return warnings, err
}

// store puts the bundle where the options say.
func (r *run) store(ctx context.Context, made *deployer.Bundle) (out *deployer.Output, err error) {
	ignored, err := r.ignored(ctx, made.Files)
	if err != nil {
		return nil, err
	}
	made.Output.Warnings = append(made.Output.Warnings, ignored...)
	switch {
	case r.published() && r.DryRun:
		what := "Publish to " + r.Output
		if r.Sync.File != "" {
			what += ", and write " + r.Sync.File
			made.Output.SyncFile = &deployer.SyncFile{File: r.Sync.File}
		}
		made.Output.DeploymentSteps = []string{what + ": run again without `DryRun`"}
		return &made.Output, nil
	case r.published():
		return r.publication().bundle(ctx, made)
	}
	if r.synced != nil {
		made.Output.SyncFile = r.Sync.change(r.synced)
	}
	options := bundle.WriteOptions{Checksums: !r.NoChecksums, Force: r.Force}
	if out, err = r.compare(ctx, made, options); err != nil {
		return nil, err
	}
	if !r.DryRun {
		made.Output = *out
		if out, err = made.Write(ctx, r.Output, options); err != nil {
			return nil, err
		}
		if r.synced != nil {
			if _, err := r.Sync.write(r.synced); err != nil {
				return nil, errors.In(err, "the bundle is written to %s, and the file of `Sync` is not", r.Output)
			}
		}
	}
	return out, r.describePlace(ctx, out)
}
