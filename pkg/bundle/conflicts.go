package bundle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Why a file is in the way though it could be overwritten.
const (
	edited  = "edited since it was generated"
	foreign = "not written by this tool"
)

// obstacle is something in the way, and why.
type obstacle struct{ path, why string }

// conflicts are all obstacles, each with whether Force would overwrite it. Many
// files can share the one obstacle above them.
type conflicts map[obstacle]bool

// list says how many they are, and names them.
func (c conflicts) list(what string) string {
	lines := make([]string, 0, len(c))
	for o := range c {
		lines = append(lines, o.path+": "+o.why)
	}
	slices.Sort(lines)
	count := "1 file is"
	if len(lines) > 1 {
		count = fmt.Sprintf("%d files are", len(lines))
	}
	return count + " " + what + ":\n  - " + strings.Join(lines, "\n  - ")
}

// err returns all conflicts as one ErrCodeConflict, or nil.
func (c conflicts) err() error {
	if len(c) == 0 {
		return nil
	}
	it := "it"
	if len(c) > 1 {
		it = "them"
	}
	forced, fixed := 0, 0
	for _, overwritable := range c {
		if overwritable {
			forced++
		} else {
			fixed++
		}
	}
	advice := "move or revert " + it
	switch {
	case forced > 0 && fixed > 0:
		advice += ", or move what is not a file and set `Force` to overwrite the rest"
	case forced > 0:
		advice += ", or set `Force` to overwrite " + it
	}
	return errors.New(errors.ErrCodeConflict, "%s\n%s", c.list("in the way, so nothing was written"), advice)
}
