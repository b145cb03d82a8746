package rollout

import (
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// neighbours are the directories of the charts that a chart from Git takes from beside it, by the
// names under which source-controller puts them into its charts/. Those that the bundle does not
// hold, or that charts/ has already, are left out.
func (r *Rollout) neighbours(dir string) map[string]string {
	var chart struct {
		Dependencies []struct{ Name, Repository string }
	}
	data, err := r.Tree.Read(path.Join(dir, "Chart.yaml"))
	if err != nil || yaml.Unmarshal(data, &chart) != nil {
		return nil
	}
	all := map[string]string{}
	for _, d := range chart.Dependencies {
		beside, isFile := strings.CutPrefix(d.Repository, "file://")
		from := path.Join(dir, beside)
		if isFile && d.Name != "" && !strings.Contains(d.Name, "/") && !r.Tree.IsDir(path.Join(dir, "charts", d.Name)) && r.Tree.IsFile(path.Join(from, "Chart.yaml")) {
			all[d.Name] = from
		}
	}
	return all
}

// take adds the files of a chart from Git to files, below prefix. above are the directories of the
// charts that it is part of, which it cannot have as parts of its own.
func (r *Rollout) take(files map[string]string, dir, prefix string, above []string) {
	for _, file := range r.Tree.Under(dir) {
		if r.Tree.IsFile(file) {
			files[prefix+strings.TrimPrefix(file, dir+"/")] = file
		}
	}
	above = append(above[:len(above):len(above)], dir)
	for name, from := range r.neighbours(dir) {
		within := func(dir string) bool { return from == dir || strings.HasPrefix(dir, from+"/") }
		if !slices.ContainsFunc(above, within) {
			r.take(files, from, prefix+"charts/"+name+"/", above)
		}
	}
}
