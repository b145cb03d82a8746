package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
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

// ParseChecksums reads the list that Bytes writes, and that very form only: what it lists may be
// deleted, so a list that somebody else wrote must not pass. The result is sorted by path within
// each section, and its Bytes are data. Any other form is ErrCodeInvalidRequest and names the line.
func ParseChecksums(data []byte) (Checksums, error) {
	var sums Checksums
	editable, number, seen := false, 0, map[string]bool{}
	bad := func(why string, args ...any) error {
		return errors.In(errors.Invalid(why+"; generate the bundle again", args...), "%s: line %d", ChecksumsFile, number)
	}
	for line := range strings.Lines(string(data)) {
		number++
		if line == editableMark+"\n" && !editable {
			editable = true
			continue
		}
		sum, err := parseLine(line)
		if err != nil {
			return nil, bad("%s", err)
		}
		sum.Editable = editable
		switch {
		case sum.Path == ChecksumsFile:
			return nil, bad("lists the list itself")
		case seen[sum.Path]:
			return nil, bad("lists %.200q a second time", sum.Path)
		case len(sums) > 0 && compareSums(sum, sums[len(sums)-1]) < 0:
			return nil, bad("is not sorted by path")
		}
		seen[sum.Path] = true
		sums = append(sums, sum)
	}
	if editable && (len(sums) == 0 || !sums[len(sums)-1].Editable) {
		return nil, bad("has no file after it")
	}
	return sums, nil
}

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
