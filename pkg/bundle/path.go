package bundle

import (
	"io/fs"
	"strings"
	"unicode"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// What a path may have at most: far more than any bundle's, far less than what makes each look at a
// file expensive. No file system has longer names.
const (
	maxPath     = 1024 // bytes
	maxSegments = 64
	maxName     = 255 // bytes of a segment
)

// CheckPath reports, as ErrCodeInvalidRequest, why path cannot be the path of a bundle's file. A
// path is slash-separated and relative, stays below its root, is not longer or deeper than any file
// system takes, has printable characters only, no backslash, and no segment that begins or ends in a
// space. Git's own directory and the stage of a write are nobody's.
func CheckPath(path string) error {
	if !fs.ValidPath(path) || path == "." {
		return badPath(path, `must be relative, slash-separated, and without "." and ".." segments`)
	}
	if len(path) > maxPath || strings.Count(path, "/") >= maxSegments {
		return badPath(path, "has %d bytes and %d segments, and at most %d and %d are taken", len(path), strings.Count(path, "/")+1, maxPath, maxSegments)
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
		case len(segment) > maxName:
			return badPath(path, "has a segment of %d bytes, and file systems take %d", len(segment), maxName)
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
