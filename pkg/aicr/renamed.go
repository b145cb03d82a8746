package aicr

import (
	"fmt"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// keepNames refuses, unless Reinstall says that it is meant, a bundle in which Helm calls releases
// otherwise than in the earlier one, or keeps them elsewhere, though they stay where they are:
// nothing in a recipe asks for that, and Flux would uninstall them first.
func (r *run) keepNames(earlier, later *rollout.Rollout) error {
	if r.Reinstall {
		return nil
	}
	var again []string
	unnamed := false // the earlier bundle leaves the names to helm-controller
	for _, is := range later.Releases {
		was := earlier.Release(is.Ref)
		if was == nil || was.TargetNamespace != is.TargetNamespace || was.ReleaseName == is.ReleaseName && was.StorageNamespace == is.StorageNamespace {
			continue
		}
		unnamed = unnamed || was.Text("spec", "releaseName") == ""
		again = append(again, fmt.Sprintf("%s (Helm release %s/%s → %s/%s)", is.Name, was.StorageNamespace, was.ReleaseName, is.StorageNamespace, is.ReleaseName))
	}
	if len(again) == 0 {
		return nil
	}
	keep := ""
	switch aicr := r.ReleaseNames == deployer.NamesAICR; {
	case unnamed && !aicr:
		keep = "to keep what is installed set `ReleaseNames` aicr; "
	case !unnamed && aicr:
		keep = "to keep what is installed set `ReleaseNames` plain; "
	}
	return errors.New(errors.ErrCodeConflict, "where Flux runs the bundle that is there, it would uninstall these releases, with all that they own in the cluster, and install them anew under other names, so nothing was written: %s\n"+
		"%sif they are to be installed anew, set `Reinstall`", firstOf(again), keep)
}
