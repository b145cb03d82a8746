package rollout

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/pkg/localformat"
)

// EntryState says what an entry of a kustomization leads to.
type EntryState int

// What an entry can lead to.
const (
	EntryFile          EntryState = iota // a file of the bundle
	EntryKustomization                   // a directory with a kustomization
	EntryBareDir                         // a directory without one
	EntryMissing                         // nothing
	EntryOutside                         // a place outside the bundle
	EntryRemote                          // another server
)

// Entry is one line of a resources list.
type Entry struct {
	Place
	// Text is the entry as written, Target the path in the bundle, if any.
	Text, Target string
	State        EntryState
}

// Listing is what the kustomizations of a bundle, from its root on, take in.
type Listing struct {
	// File is the root's kustomization; "" where there is none, and then Flux
	// takes every YAML file.
	File string
	// Annotations are those of the root.
	Annotations map[string]string
	// Entries are all resources of all kustomizations, in the order of the build.
	Entries []Entry
	// Plain says that the build only gathers: nothing changes or adds objects.
	Plain bool
	// Remote are values of kustomizations by which a build would ask another server.
	Remote []Place
}

// gathering are the fields of a kustomization that leave objects as they are.
var gathering = []string{"apiVersion", "kind", "metadata", "resources", "sortOptions", "buildMetadata"}

// bases are the fields whose entries, where they are no paths, name repositories.
var bases = []string{"bases", "components", "generators", "transformers", "validators"}

type lister struct {
	*Listing
	tree    *Tree
	visited map[string]bool
	broken  []Problem
}

// listFrom reads the kustomization of the root and those that it leads to.
func listFrom(tree *Tree) (*Listing, []Problem) {
	l := &lister{Listing: &Listing{Plain: true, Annotations: map[string]string{}}, tree: tree, visited: map[string]bool{}}
	if l.File = tree.kustomizationFile("."); l.File == "" {
		l.takeAll()
		return l.Listing, nil
	}
	l.visit(".", l.File)
	return l.Listing, l.broken
}

// takeAll lists what Flux lists where there is no kustomization: every YAML
// file, and each directory with a kustomization as that says. What Flux never
// fetches, such as the files of CI services, is not there for it. The files of
// charts are left out, although Flux would stumble over them.
func (l *lister) takeAll() {
	taken := "" // the last directory that a kustomization speaks for
	for _, file := range l.tree.paths {
		if taken != "" && strings.HasPrefix(file, taken+"/") {
			continue
		}
		if dir := l.nearestKustomization(file); dir != "" {
			taken = dir
			l.entry(".", dir, InFile(l.tree.kustomizationFile(dir), 0))
			continue
		}
		if ext := path.Ext(file); (ext == ".yaml" || ext == ".yml") && l.tree.IsFile(file) && localformat.Dropped(file) == "" && !l.inChart(file) {
			l.Entries = append(l.Entries, Entry{Place: InFile(file, 0), Text: file, Target: file})
		}
	}
}

// nearestKustomization returns the topmost directory above the file, below the
// root, that has a kustomization; "" where there is none.
func (l *lister) nearestKustomization(file string) string {
	for i := range file {
		if file[i] == '/' && l.tree.kustomizationFile(file[:i]) != "" {
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

func (l *lister) visit(dir, file string) {
	if l.visited[dir] { // the entries tell of it
		return
	}
	l.visited[dir] = true
	data, err := l.tree.Read(file)
	if err != nil {
		l.broken = append(l.broken, Problem{InFile(file, 0), err.Error()})
		return
	}
	docs, problem := parse(file, data)
	if problem != nil {
		l.broken = append(l.broken, *problem)
		return
	}
	if len(docs) != 1 || docs[0].Kind != yaml.MappingNode {
		l.broken = append(l.broken, Problem{InFile(file, 0), "it is not one kustomization"})
		return
	}
	budget := maxAliased
	v, err := content(docs[0], &budget)
	if err != nil {
		l.broken = append(l.broken, *problemIn(file, err))
		return
	}
	k := &Object{File: file, Content: v.(map[string]any), node: docs[0], Line: docs[0].Line}
	if file == l.File {
		for name := range asMap(k.Get("metadata", "annotations")) {
			l.Annotations[name] = k.Text("metadata", "annotations", name)
		}
	}
	for field, value := range k.Content {
		l.Plain = l.Plain && slices.Contains(gathering, field)
		if field != "metadata" && field != "commonAnnotations" {
			l.Remote = append(l.Remote, remote(file, k, value, field)...)
		}
		if slices.Contains(bases, field) {
			l.Remote = append(l.Remote, l.absent(dir, k, field)...)
		}
	}
	for i, entry := range asList(k.Get("resources")) {
		text, _ := entry.(string)
		at := k.Place("resources", i)
		l.entry(dir, text, Place{File: file, Line: at.Line, Path: at.Path})
	}
}

func (l *lister) entry(dir, text string, at Place) {
	e := Entry{Place: at, Text: text, Target: path.Join(dir, text)}
	switch {
	case strings.Contains(text, "://"):
		e.State = EntryRemote
	case path.IsAbs(text) || e.Target == ".." || strings.HasPrefix(e.Target, "../"):
		e.State = EntryOutside
	case l.tree.IsFile(e.Target):
	case l.tree.IsDir(e.Target) && l.tree.kustomizationFile(e.Target) != "":
		e.State = EntryKustomization
	case l.tree.IsDir(e.Target):
		e.State = EntryBareDir
	default:
		e.State = EntryMissing
	}
	l.Entries = append(l.Entries, e)
	if e.State == EntryKustomization {
		l.visit(e.Target, l.tree.kustomizationFile(e.Target))
	}
}

// absent finds entries that are no paths of the bundle: kustomize would take
// them for repositories to clone.
func (l *lister) absent(dir string, k *Object, field string) []Place {
	var found []Place
	for i, entry := range asList(k.Get(field)) {
		text, _ := entry.(string)
		target := path.Join(dir, text)
		if strings.Contains(text, "\n") || l.tree.IsFile(target) || l.tree.IsDir(target) {
			continue
		}
		at := k.Place(field, i)
		found = append(found, Place{File: k.File, Line: at.Line, Path: at.Path})
	}
	return found
}

// remote finds URLs in a value: kustomize would fetch them.
func remote(file string, k *Object, v any, path ...any) []Place {
	var found []Place
	switch v := v.(type) {
	case string:
		if strings.Contains(v, "://") {
			at := k.Place(path...)
			found = append(found, Place{File: file, Line: at.Line, Path: at.Path})
		}
	case map[string]any:
		for key, item := range v {
			found = append(found, remote(file, k, item, append(slices.Clone(path), key)...)...)
		}
	case []any:
		for i, item := range v {
			found = append(found, remote(file, k, item, append(slices.Clone(path), i)...)...)
		}
	}
	return found
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}
