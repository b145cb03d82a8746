package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// ChecksumsFile is the path of a bundle's list of checksums. It lists every other file of the
// bundle, and so tells a later run what the bundle owns.
const ChecksumsFile = "checksums.txt"

// editableMark stands before the files that are meant for editing. sha256sum -c takes it for a
// comment.
const editableMark = "# editable"

// Checksum is the SHA-256 of one file as it was generated, in lower-case hex.
type Checksum struct {
	Path, SHA256 string
	// Editable marks a file that its user is meant to edit: that it differs from its checksum says
	// nothing.
	Editable bool
	// Line is where it stands in the list that it was read from, from 1 on; 0 in one that is made.
	Line int
}

// Checksums is the content of a checksums.txt.
type Checksums []Checksum

// Sum returns the checksums of f sorted by path, without one of checksums.txt. For a file that was
// edited it is the checksum from before.
func Sum(f *Files) Checksums {
	sums := make(Checksums, 0, f.Len())
	for file := range f.All() {
		if file.Path != ChecksumsFile {
			sums = append(sums, file.checksum(file.sum()))
		}
	}
	return sums
}

// Bytes returns the list as it stands in checksums.txt: a line "<sha256>␠␠<path>" for each file
// sorted by path, then, if there are any, the line "# editable" and the files meant for editing,
// sorted by path. "sha256sum -c" reads it.
func (c Checksums) Bytes() []byte {
	sorted := slices.SortedFunc(slices.Values(c), compareSums)
	var b bytes.Buffer
	marked := false
	for _, sum := range sorted {
		if sum.Editable && !marked {
			marked = true
			b.WriteString(editableMark + "\n")
		}
		b.WriteString(sum.SHA256 + "  " + sum.Path + "\n")
	}
	return b.Bytes()
}

func (c Checksums) has(path string) bool {
	return slices.ContainsFunc(c, func(sum Checksum) bool { return sum.Path == path })
}

// compareSums puts what is meant for editing last.
func compareSums(a, b Checksum) int {
	if a.Editable != b.Editable {
		if b.Editable {
			return -1
		}
		return 1
	}
	return strings.Compare(a.Path, b.Path)
}

// ParseChecksums reads a list in any form that "sha256sum -c" takes: lines in any order, comments,
// the mark of binary files, the form of "sha256sum --tag", line ends of Windows. A list is refused,
// with ErrCodeInvalidRequest and the number of the line, where one of its lines is in no form at
// all, where a path leads out of the bundle or is that of the list, and where a path stands there
// twice with different checksums.
//
// What a list names may be deleted, so that a reader has to ask whose it is: one that Bytes wrote is
// the same as the Bytes of what was read.
func ParseChecksums(data []byte) (Checksums, error) {
	var sums Checksums
	editable, number, seen := false, 0, map[string]string{}
	bad := func(why string, args ...any) error {
		return errors.In(errors.Invalid(why+"; generate the bundle again", args...), "%s: line %d", ChecksumsFile, number)
	}
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == editableMark:
			editable = true
			continue
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		}
		sum, err := readLine(line)
		if err != nil {
			return nil, bad("%s", err)
		}
		sum.Editable, sum.Line = editable, number
		before, again := seen[sum.Path]
		switch {
		case sum.Path == ChecksumsFile:
			return nil, bad("lists the list itself")
		case again && before != sum.SHA256:
			return nil, bad("lists %.200q a second time, with another checksum", sum.Path)
		case again:
			continue
		}
		seen[sum.Path] = sum.SHA256
		sums = append(sums, sum)
	}
	return sums, nil
}

// The lines of sha256sum, and of sha256sum --tag. A backslash before them says that the name has
// escapes, which no path of a bundle needs.
var (
	plainLine  = regexp.MustCompile(`^ *([0-9A-Fa-f]{64}) [ *](.+)$`)
	taggedLine = regexp.MustCompile(`^ *SHA256 \((.+)\) = ([0-9A-Fa-f]{64})$`)
)

func readLine(line string) (Checksum, error) {
	var sum Checksum
	if m := plainLine.FindStringSubmatch(line); m != nil {
		sum.SHA256, sum.Path = m[1], m[2]
	} else if m := taggedLine.FindStringSubmatch(line); m != nil {
		sum.Path, sum.SHA256 = m[1], m[2]
	} else {
		return sum, errors.Invalid("is not a SHA-256, two spaces and a path")
	}
	sum.SHA256, sum.Path = strings.ToLower(sum.SHA256), strings.TrimPrefix(sum.Path, "./")
	return sum, CheckPath(sum.Path)
}

// parseLine reads a line in the very form that Bytes gives it.
func parseLine(line string) (Checksum, error) {
	line, ended := strings.CutSuffix(line, "\n")
	if !ended {
		return Checksum{}, errors.Invalid("has no end; the file is cut off")
	}
	sum, path, ok := strings.Cut(line, "  ")
	if !ok || !isSum(sum) {
		return Checksum{}, errors.Invalid("is not a SHA-256 in lower-case hex, two spaces and a path")
	}
	return Checksum{Path: path, SHA256: sum}, CheckPath(path)
}

func isSum(s string) bool {
	return len(s) == hex.EncodedLen(sha256.Size) && strings.Trim(s, "0123456789abcdef") == ""
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
