package bundle

import (
	"io/fs"
	"strings"
	"unicode"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// CheckPath reports, as ErrCodeInvalidRequest, why path cannot be the path of a bundle's file. A
// path is slash-separated and relative, stays below its root, has printable characters only, no
// backslash, and no segment that begins or ends in a space. Git's own directory and the stage of a
// write are nobody's.
func CheckPath(path string) error {
	if !fs.ValidPath(path) || path == "." {
		return badPath(path, `must be relative, slash-separated, and without "." and ".." segments`)
	}
	for _, r := range path {
		// Besides control characters this refuses what a reader cannot see, such as zero-width and
		// text-direction marks: some file systems ignore them, so that a path would name another
		// file than it seems to.
		if !unicode.IsPrint(r) {
			return badPath(path, "holds the unprintable character %U", r)
		}
	}
	if strings.ContainsRune(path, '\\') {
		return badPath(path, "holds a backslash, which separates directories on Windows only; use /")
	}
	for segment := range strings.SplitSeq(path, "/") {
		switch {
		case strings.TrimSpace(segment) != segment:
			return badPath(path, "has a segment that begins or ends in a space")
		case reserved(segment):
			return badPath(path, "uses the reserved name %q", segment)
		}
	}
	return nil
}

// reserved keeps lists that come from a checkout away from what Git itself would refuse to check
// out: a hook is a program. "git~1" is the short name that Windows gives ".git".
func reserved(segment string) bool {
	return strings.EqualFold(segment, ".git") || strings.EqualFold(segment, "git~1") ||
		strings.EqualFold(segment, StageDir)
}

func badPath(path, why string, args ...any) error {
	return errors.In(errors.Invalid(why, args...), "path %.200q", path)
}

// fold maps paths that a case-insensitive file system takes for one to one text.
func fold(path string) string {
	for i := range len(path) {
		if path[i] >= 0x80 {
			return strings.ToLower(strings.ToUpper(path))
		}
	}
	return strings.ToLower(path)
}
