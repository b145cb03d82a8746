package rollout

import (
	"path"
	"strings"

	"github.com/aicr-flux/aicr/pkg/localformat"
)

// takeAll lists what Flux lists where there is no kustomization: every YAML file, and each
// directory with a kustomization as that says. What Flux never fetches, such as the files of CI
// services, is not there for it. The files of charts are left out; Flux would fail on them.
func (l *lister) takeAll() {
	taken := "" // the last directory that a kustomization speaks for
	for _, file := range l.tree.paths {
		if taken != "" && strings.HasPrefix(file, taken+"/") {
			continue
		}
		if dir := l.nearestKustomization(file); dir != "" {
			taken = dir
			l.resource(".", dir, InFile(l.tree.KustomizationFile(dir), 0))
			continue
		}
		if ext := path.Ext(file); (ext == ".yaml" || ext == ".yml") && l.tree.IsFile(file) && localformat.Dropped(file) == "" && !l.inChart(file) {
			l.Entries = append(l.Entries, Entry{Place: InFile(file, 0), Text: file, Target: file})
		}
	}
}

// nearestKustomization returns the topmost directory above the file, below the root, that has a
// kustomization; "" where no directory above it has one.
func (l *lister) nearestKustomization(file string) string {
	for i := range file {
		if file[i] == '/' && l.tree.KustomizationFile(file[:i]) != "" {
			return file[:i]
		}
	}
	return ""
}

func (l *lister) inChart(file string) bool {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		base := strings.TrimPrefix(strings.TrimPrefix(file, dir), "/")
		if l.tree.IsFile(path.Join(dir, "Chart.yaml")) && (base == "Chart.yaml" || base == "values.yaml" || strings.Contains(base, "/")) {
			return true
		}
		if dir == "." {
			return false
		}
	}
}
