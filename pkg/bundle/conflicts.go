package bundle

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Why a file is in the way though it could be overwritten.
const (
	edited  = "edited since it was generated"
	foreign = "not written by this tool"
	// outdated is about a file that is meant for editing.
	outdated = edited + ", and what is generated is no longer the same; move it away, run again, and put your values into the new file"
)

// obstacle is something in the way, and why.
type obstacle struct{ path, why string }

// conflicts are all obstacles, each with whether Force would overwrite it. Many files can share the
// one obstacle above them.
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
	advice := "move or revert " + it
	switch overwritable := slices.Collect(maps.Values(c)); {
	case !slices.Contains(overwritable, true):
	case slices.Contains(overwritable, false):
		advice += ", or move what is not a file and set `Force` to overwrite the rest"
	default:
		advice += ", or set `Force` to overwrite " + it
	}
	return errors.New(errors.ErrCodeConflict, "%s\n%s", c.list("in the way, so nothing was written"), advice)
}
