package aicr

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer"
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
	earlier, note, err := r.earlierIn(ctx, root, made.Root)
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
	later, err := edited(ctx, made, root, out.Kept)
	if err != nil {
		return nil, err
	}
	out.ReleaseChanges = rollout.Compare(earlier, later)
	out.Warnings = slices.Concat(out.Warnings, losses(out.ReleaseChanges))
	return out, nil
}

// earlierIn reads the bundle that is there, of which file is the root. It is nil where there is no
// bundle, and where it cannot be read, of which there is a note.
func (r *run) earlierIn(ctx context.Context, root *os.Root, file string) (_ *rollout.Rollout, note string, err error) {
	if _, err := root.Lstat(bundle.StageDir); err == nil {
		return nil, "a run was killed in " + r.Output + " before, so which releases change is not known", nil
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
		return nil, fmt.Sprintf("the bundle that is in %s cannot be read, so which releases change is not known: %s", r.Output, errors.Reason(err)), nil
	}
	return earlier, "", nil
}

// edited is the bundle as it will be where the edits of some files stay.
func edited(ctx context.Context, made *deployer.Bundle, root *os.Root, kept []string) (*rollout.Rollout, error) {
	if len(kept) == 0 {
		return made.Rollout, nil
	}
	files := &bundle.Files{}
	for file := range made.Files.All() {
		if slices.Contains(kept, file.Path) {
			data, err := root.ReadFile(file.Path)
			if err != nil {
				return nil, err
			}
			file = bundle.File{Path: file.Path, Data: data}
		}
		if err := files.AddFile(file); err != nil {
			return nil, err
		}
	}
	return rollout.Read(ctx, files.FS(), rollout.Options{Builder: rollout.Unbuilt{}})
}

// losses warns of releases that Flux uninstalls: what they own goes with them, such as GPU drivers,
// volumes, and custom resources whose CRDs are in templates.
func losses(changes []rollout.Change) []string {
	var gone, again []string
	for _, c := range changes {
		switch c.Action {
		case rollout.Uninstall:
			gone = append(gone, fmt.Sprintf("%s (namespace %s)", c.Release, c.Namespace))
		case rollout.Reinstall:
			again = append(again, fmt.Sprintf("%s (%s)", c.Release, strings.Join(c.Because, ", ")))
		}
	}
	var warnings []string
	if len(gone) > 0 {
		warnings = append(warnings, "Flux will uninstall what this bundle no longer has, with all that it owns in the cluster: "+firstOf(gone))
	}
	if len(again) > 0 {
		warnings = append(warnings, "Flux will uninstall and then install anew each release whose name, namespace or chart changes, and what it owns in the cluster is lost: "+firstOf(again))
	}
	return warnings
}

func firstOf(list []string) string {
	const most = 6
	if len(list) > most {
		list = append(list[:most:most], fmt.Sprintf("… and %d more", len(list)-most))
	}
	return strings.Join(list, ", ")
}
