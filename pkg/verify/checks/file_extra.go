package checks

import (
	"io/fs"
	"path"
	"strings"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// stageDir is where a run of aicr stages its files; see pkg/bundle.
const stageDir = ".aicr-stage"

var fileExtra = &engine.Check{
	ID:       "file-extra",
	Group:    engine.GroupIntegrity,
	Severity: engine.SeverityError,
	Title:    "There is no file that checksums.txt does not list",
	Remedy:   "Remove it, or keep it outside of the bundle.",
	Run: func(p *engine.Pass) {
		inv := p.Inventory()
		if !inv.Present || inv.Problem != nil {
			return
		}
		for _, extra := range extras(p, inv) {
			switch {
			case extra.dir == stageDir:
				p.Advise(rollout.InFile(stageDir, 0), "Run the same aicr bundle again: it puts things right.",
					"a run of aicr was killed here, and left its stage")
			case extra.count > 1:
				p.Report(rollout.InFile(extra.dir, 0), "checksums.txt lists none of the %d files of this directory", extra.count)
			default:
				p.Report(rollout.InFile(extra.file, 0), "checksums.txt does not list this %s", extra.what)
			}
		}
	},
}

// extraFile is a file that is not listed, or a directory of such files only.
type extraFile struct {
	file, what string
	dir        string
	count      int
}

// extras gathers files of which no listed one is a neighbour under the highest such directory:
// somebody's node_modules are one finding.
func extras(p *engine.Pass, inv *engine.Inventory) []*extraFile {
	owned := map[string]bool{".": true}
	for file := range inv.Listed {
		for dir := path.Dir(file); !owned[dir]; dir = path.Dir(dir) {
			owned[dir] = true
		}
	}
	var all []*extraFile
	byDir := map[string]*extraFile{}
	for _, file := range p.Tree.Paths() {
		if file == bundle.ChecksumsFile || inv.Listed[file] || signs(p, file) {
			continue
		}
		info, _ := p.Tree.Info(file)
		extra := &extraFile{file: file, what: kindOfFile(info.Mode())}
		if extra.dir = strangeDir(file, owned); extra.dir != "" {
			if known := byDir[extra.dir]; known != nil {
				known.count++
				continue
			}
			byDir[extra.dir], extra.count = extra, 1
		}
		all = append(all, extra)
	}
	return all
}

// signs reports whether the file is a signature over checksums.txt.
func signs(p *engine.Pass, file string) bool {
	f := p.Foreign()
	return f != nil && f.Attested && strings.HasPrefix(file, engine.AttestationDir+"/")
}

// strangeDir returns the highest directory above file without a listed file.
func strangeDir(file string, owned map[string]bool) string {
	for i, r := range file {
		if r == '/' && !owned[file[:i]] {
			return file[:i]
		}
	}
	return ""
}

// kindOfFile says what an entry of a directory is.
func kindOfFile(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "file"
	case mode&fs.ModeSymlink != 0:
		return "symlink"
	}
	return "special file " + strings.TrimRight(mode.Type().String(), "-")
}
