package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	stderrors "errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/aicr-flux/aicr/internal/ctxio"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Inventory is what checksums.txt lists, against what is there.
type Inventory struct {
	// present is false where there is no checksums.txt.
	Present bool
	// problem is why the list cannot be read; nothing is listed then.
	Problem *rollout.Problem
	Entries []inventoryEntry
	Listed  map[string]bool
}

// inventoryEntry is a line of the list. Sum is the checksum of the file that is there, "" where
// there is no file; err is why the file cannot be read.
type inventoryEntry struct {
	bundle.Checksum
	Sum string
	Err error
}

// maxChecksums bounds the list; the largest bundles have one of some 100 KiB.
const maxChecksums = 64 << 20

func (s *Scene) takeInventory() *Inventory {
	inv := &Inventory{Listed: map[string]bool{}}
	info, ok := s.Tree.Info(bundle.ChecksumsFile)
	if !ok {
		return inv
	}
	inv.Present = true
	broken := func(line int, text string) *Inventory {
		inv.Problem = &rollout.Problem{Place: rollout.InFile(bundle.ChecksumsFile, line), Text: text}
		return inv
	}
	if !info.Mode().IsRegular() || info.Size() > maxChecksums {
		return broken(0, fmt.Sprintf("it is not a file of at most %d MiB", maxChecksums>>20))
	}
	data, err := s.Tree.Read(bundle.ChecksumsFile)
	if err != nil {
		return broken(0, "it cannot be read: "+err.Error())
	}
	sums, err := bundle.ParseChecksums(data)
	if err != nil {
		return broken(lineAndText(err))
	}
	for _, sum := range sums {
		inv.Listed[sum.Path] = true
		inv.Entries = append(inv.Entries, inventoryEntry{Checksum: sum})
	}
	inv.sum(s.Ctx, s.Tree)
	return inv
}

// lineAndText takes apart an error of bundle.ParseChecksums.
func lineAndText(err error) (line int, text string) {
	if e, ok := stderrors.AsType[*errors.Error](err); ok && e.Cause != nil {
		if _, failed := fmt.Sscanf(e.Message, bundle.ChecksumsFile+": line %d", &line); failed == nil {
			return line, "the line " + strings.TrimSuffix(e.Cause.Error(), "; generate the bundle again")
		}
	}
	return 0, err.Error()
}

// sum hashes the listed files, side by side and never one as a whole in memory.
func (i *Inventory) sum(ctx context.Context, tree *rollout.Tree) {
	parallel.Each(len(i.Entries), func(n int) {
		if entry := &i.Entries[n]; tree.IsFile(entry.Path) {
			entry.Sum, entry.Err = sumFile(ctx, tree.FS(), entry.Path)
		}
	})
}

func sumFile(ctx context.Context, fsys fs.FS, file string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	f, err := fsys.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, ctxio.Reader(ctx, f)); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
