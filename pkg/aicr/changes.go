package aicr

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// compare says what the bundle changes in the directory, and in a cluster that runs the one that is
// there. It fails where writing the bundle would, and where Flux would uninstall releases only
// because Helm is to call them otherwise.
func (r *run) compare(ctx context.Context, made *deployer.Bundle, o bundle.WriteOptions) (*deployer.Output, error) {
	out, refused := made.Compare(ctx, r.Output, o)
	if made.Rollout == nil || refused != nil && errors.CodeOf(refused) != errors.ErrCodeConflict {
		return out, refused
	}
	root, err := os.OpenRoot(r.Output)
	if err != nil {
		return out, refused // it is not there, and Compare says whether it can be made
	}
	defer root.Close()
	earlier, note, err := earlierIn(ctx, root, made.Root)
	if err != nil {
		return nil, err
	}
	if earlier != nil {
		refused = errors.Join(errors.In(r.keepNames(earlier, made.Rollout), "output directory %q", r.Output), refused)
	}
	if refused != nil {
		return nil, refused
	}
	if note != "" {
		out.DeploymentNotes = slices.Concat(out.DeploymentNotes, []string{note})
	}
	if earlier == nil {
		return out, nil
	}
	for _, file := range slices.Sorted(maps.Keys(out.Carried)) {
		out.DeploymentNotes = append(slices.Clip(out.DeploymentNotes), "Your edits in "+file+" move to where this bundle has these values")
	}
	later, err := edited(ctx, made, root, out)
	if err != nil {
		return nil, err
	}
	out.ReleaseChanges = rollout.Compare(earlier, later)
	if out.Diff, err = r.diff(ctx, earlier, later); err != nil {
		return nil, err
	}
	out.Warnings = slices.Concat(out.Warnings, losses(out.ReleaseChanges), inOrder(earlier, later, r.applier()))
	return out, nil
}

// diff says what changes in a cluster. Only a dry run takes the time to render charts for it.
func (r *run) diff(ctx context.Context, earlier, later *rollout.Rollout) (*diff.Report, error) {
	from, to := &diff.Side{Rollout: earlier, Name: r.Output}, &diff.Side{Rollout: later, Name: "this run"}
	if !r.DryRun {
		report := diff.Of(from, to)
		return &report, nil
	}
	report, err := rendering{Renderer: r.Renderer, jobs: r.ChartPull.Parallel()}.compare(ctx, from, to)
	return &report, err
}

// earlierIn reads the bundle that is there, of which file is the root. It is nil where there is no
// bundle, and where it cannot be read, of which there is a note.
func earlierIn(ctx context.Context, root *os.Root, file string) (_ *rollout.Rollout, note string, err error) {
	if _, err := root.Lstat(bundle.StageDir); err == nil {
		return nil, "a run was killed in " + root.Name() + " before, so which releases change is not known", nil
	}
	if _, err := root.Lstat(file); err != nil {
		return nil, "", nil //nolint:nilerr // there is no earlier bundle
	}
	earlier, err := rollout.Read(ctx, root.FS(), rollout.Options{Builder: rollout.Unbuilt{}})
	if ctx.Err() != nil {
		return nil, "", err
	}
	if err == nil && len(earlier.Broken) > 0 {
		err = errors.Invalid("%s", earlier.Broken[0].Error())
	}
	if err == nil {
		err = earlier.BuildErr
	}
	if err != nil {
		return nil, fmt.Sprintf("the bundle that is in %s cannot be read, so which releases change is not known: %s", root.Name(), errors.Reason(err)), nil
	}
	return earlier, "", nil
}

// edited is the bundle as it will be where the edits of some files stay.
func edited(ctx context.Context, made *deployer.Bundle, root *os.Root, out *deployer.Output) (*rollout.Rollout, error) {
	if len(out.Kept) == 0 {
		return made.Rollout, nil
	}
	files := &bundle.Files{}
	for file := range made.Files.All() {
		if slices.Contains(out.Kept, file.Path) {
			data, carried := out.Carried[file.Path]
			if !carried {
				var err error
				if data, err = root.ReadFile(file.Path); err != nil {
					return nil, err
				}
			}
			file = bundle.File{Path: file.Path, Data: data}
		}
		if err := files.AddFile(file); err != nil {
			return nil, err
		}
	}
	return rollout.Read(ctx, files.FS(), rollout.Options{Builder: rollout.Unbuilt{}})
}
