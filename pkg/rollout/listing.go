package rollout

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// EntryState says what an entry of a kustomization leads to.
type EntryState int

// What an entry can lead to.
const (
	EntryFile          EntryState = iota // a file of the bundle, or beside it in its repository
	EntryKustomization                   // a directory with a kustomization
	EntryBareDir                         // a directory without one
	EntryMissing                         // nothing
	EntryOutside                         // a place outside the bundle, and outside the repository as far as that is known
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
	// File is the root's kustomization; if it is empty, Flux takes every YAML file.
	File string
	// Annotations are those of the root.
	Annotations map[string]string
	// Entries are all resources of all kustomizations, in the order of the build.
	Entries []Entry
	// Parts are the components, generators, transformers and validators of all kustomizations that
	// are named by their paths.
	Parts []Entry
	// Plain says that the build only gathers: nothing changes or adds objects.
	Plain bool
}

// gathering are the fields of a kustomization that leave objects as they are.
var gathering = []string{"apiVersion", "kind", "metadata", "resources", "sortOptions", "buildMetadata"}

// parts are the fields of a kustomization that name others, or files that say what to do.
var parts = []string{"components", "generators", "transformers", "validators"}

// repository begins what kustomize takes for a Git repository though it has no scheme, where there
// is no such file: git@host:path, git::…, gh:…, and a host with a path and a query.
var repository = regexp.MustCompile(`^(git@|git::|gh:|github\.com[/:])|^[\w-]+(\.[\w-]+)+[/:].*\?(.*&)?(ref|version|timeout|submodules)=`)

type lister struct {
	*Listing
	tree    *Tree
	visited map[string]bool
	broken  []Problem
}

// listFrom reads the kustomization of the root and those that it leads to.
func listFrom(tree *Tree) (*Listing, []Problem) {
	l := &lister{Listing: &Listing{Plain: true, Annotations: map[string]string{}}, tree: tree, visited: map[string]bool{}}
	if l.File = tree.KustomizationFile("."); l.File == "" {
		l.takeAll()
		return l.Listing, nil
	}
	l.visit(".", l.File)
	return l.Listing, l.broken
}

func (l *lister) visit(dir, file string) {
	if l.visited[dir] { // the entries tell of it
		return
	}
	l.visited[dir] = true
	k, problem := readKustomization(l.tree, file)
	if problem != nil {
		l.broken = append(l.broken, *problem)
		return
	}
	if file == l.File {
		for name := range asMap(k.Get("metadata", "annotations")) {
			l.Annotations[name] = k.Text("metadata", "annotations", name)
		}
	}
	for field := range k.Content {
		l.Plain = l.Plain && (slices.Contains(gathering, field) || field == "patches" && onlyMarks(k))
	}
	for i, entry := range asList(k.Get("resources")) {
		text, _ := entry.(string)
		at := k.Place("resources", i)
		l.resource(dir, text, Place{File: file, Line: at.Line, Path: at.Path})
	}
	for _, field := range parts {
		for i, entry := range asList(k.Get(field)) {
			at := k.Place(field, i)
			if text, _ := entry.(string); text != "" && !strings.Contains(text, "\n") { // else it is YAML itself
				l.Parts = append(l.Parts, l.entry(dir, text, Place{File: file, Line: at.Line, Path: at.Path}))
			}
		}
	}
}

// readKustomization reads a kustomization as an object with places.
func readKustomization(tree *Tree, file string) (*Object, *Problem) {
	docs, problem := parse(tree, file)
	if problem != nil {
		return nil, problem
	}
	if len(docs) != 1 || docs[0].Kind != yaml.MappingNode {
		return nil, &Problem{InFile(file, 0), "the file must hold one kustomization"}
	}
	v, err := content(docs[0])
	if err != nil {
		return nil, problemIn(file, err)
	}
	return &Object{File: file, Content: v.(map[string]any), node: docs[0], Line: docs[0].Line}, nil
}

// resource adds what a kustomization, or a directory without one, takes in.
func (l *lister) resource(dir, text string, at Place) {
	e := l.entry(dir, text, at)
	l.Entries = append(l.Entries, e)
	if e.State == EntryKustomization {
		l.visit(e.Target, l.tree.KustomizationFile(e.Target))
	}
}

func (l *lister) entry(dir, text string, at Place) Entry {
	e := Entry{Place: at, Text: text, Target: l.tree.reach(path.Join(dir, text))}
	switch {
	case strings.Contains(text, "://"):
		e.State = EntryRemote
	case l.tree.IsFile(e.Target) && !path.IsAbs(text):
	case repository.MatchString(text):
		e.State = EntryRemote
	case path.IsAbs(text) || l.tree.beyond(e.Target):
		e.State = EntryOutside
	case l.tree.IsDir(e.Target) && l.tree.KustomizationFile(e.Target) != "":
		e.State = EntryKustomization
	case l.tree.IsDir(e.Target):
		e.State = EntryBareDir
	default:
		e.State = EntryMissing
	}
	return e
}
