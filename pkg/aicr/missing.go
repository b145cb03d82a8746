package aicr

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// missing reports whether err says that no root has the file. All such files are missing for the same
// reason, and are reported together.
func (r *resolver) missing(ref *recipe.ComponentRef, what, file string, err error) bool {
	absent := errors.CodeOf(err) == errors.ErrCodeNotFound
	if absent {
		r.absent = append(r.absent, fmt.Sprintf("component %q: %s %q", ref.Name, what, file))
	}
	return absent
}

// checkMissing reports what missing found.
func (r *resolver) checkMissing() error {
	if len(r.absent) == 0 {
		return nil
	}
	const most = 12
	list := r.absent
	if len(list) > most {
		list = append(list[:most-1:most-1], fmt.Sprintf("… and %d more", len(list)-most+1))
	}
	return errors.New(errors.ErrCodeNotFound, "files that the recipe names are missing:\n  - %s\nThey are %s\n%s", strings.Join(list, "\n  - "), r.roots.Without(), r.dataAdvice())
}

// released matches the versions of AICR that have a tag.
var released = regexp.MustCompile(`^v?(\d+\.\d+\.\d+(-rc\.?\d+)?)$`)

// dataAdvice says where the data of the recipe are.
func (r *resolver) dataAdvice() string {
	const repository = "`Data` github:NVIDIA/aicr@v"
	version := r.recipe.Metadata.Version
	if found := released.FindStringSubmatch(version); found != nil {
		return "AICR v" + found[1] + " made the recipe; for its data add " + repository + found[1]
	}
	return "Name the data with `Data`; those of AICR are " + repository + "VERSION, where VERSION is that of the AICR that made the recipe"
}
