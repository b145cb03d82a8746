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

// conflicts gathers what is in the way of a write.
type conflicts struct {
	lines  []string
	seen   map[string]bool
	forced bool // some would give way to Force
	fixed  bool // some would not
}

func (c *conflicts) overwritable(path, why string) {
	c.forced = true
	c.add(path, why)
}

func (c *conflicts) blocked(o *obstacle) {
	c.fixed = true
	c.add(o.path, o.why)
}

func (c *conflicts) add(path, why string) {
	// Many files can share the one obstacle above them.
	if c.seen[path] {
		return
	}
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.seen[path] = true
	c.lines = append(c.lines, path+": "+why)
}

// err returns all conflicts as one ErrCodeConflict, or nil.
func (c *conflicts) err() error {
	if len(c.lines) == 0 {
		return nil
	}
	slices.Sort(c.lines)
	count, advice := "1 file is", "move or revert it"
	if len(c.lines) > 1 {
		count, advice = fmt.Sprintf("%d files are", len(c.lines)), "move or revert them"
	}
	switch {
	case c.forced && c.fixed:
		advice += ", or move what is no file and overwrite the rest with Force (--force)"
	case c.forced:
		advice += ", or overwrite with Force (--force)"
	}
	return errors.New(errors.ErrCodeConflict, "%s in the way, so nothing was written:\n  - %s\n%s",
		count, strings.Join(c.lines, "\n  - "), advice)
}
