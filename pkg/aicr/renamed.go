package aicr

import (
	"strings"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// keepNames refuses, unless Reinstall says that it is meant, a bundle that makes Flux uninstall
// releases though nothing in a recipe asks for it: those that Helm is to call otherwise or to keep
// elsewhere, while they stay where they are, and all those of another program's bundle.
func (r *run) keepNames(earlier, later *rollout.Rollout) error {
	if r.Reinstall {
		return nil
	}
	foreign := earlier.Listing.Annotations[flux.ModeAnnotation] == ""
	var again []string
	unnamed, renamed := false, false // the earlier bundle leaves names to helm-controller; some change
	because := map[string][]string{}
	for _, c := range rollout.Compare(earlier, later) {
		if c.Action == rollout.Reinstall {
			because[c.Release] = c.Because
		}
	}
	for _, is := range later.Releases {
		was := earlier.Release(is.Ref)
		if was == nil || because[is.Name] == nil {
			continue
		}
		other := was.TargetNamespace == is.TargetNamespace && (was.ReleaseName != is.ReleaseName || was.StorageNamespace != is.StorageNamespace)
		if other || foreign {
			again = append(again, is.Name+": "+strings.Join(because[is.Name], ", "))
		}
		renamed = renamed || other
		unnamed = unnamed || was.Text("spec", "releaseName") == ""
	}
	if len(again) == 0 {
		return nil
	}
	keep := ""
	switch aicr := r.ReleaseNames == deployer.NamesAICR; {
	case !renamed:
	case unnamed && !aicr:
		keep = "to keep what is installed set `ReleaseNames` aicr; "
	case !unnamed && aicr:
		keep = "to keep what is installed set `ReleaseNames` plain; "
	}
	return errors.New(errors.ErrCodeConflict, "where Flux runs the bundle that is there, it would uninstall these releases, with all that they own in the cluster, and install them anew, so nothing was written:\n  - %s\n"+
		"%sif they are to be installed anew, set `Reinstall`", strings.Join(again, "\n  - "), keep)
}
