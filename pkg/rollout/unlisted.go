package rollout

import (
	"path"
	"slices"
	"strings"
)

// Unlisted returns the objects in YAML files that no kustomization takes in, in the order of the
// files. Charts are looked over, and whatever does not read as an object: it may be a file for
// people, or for another program.
func (r *Rollout) Unlisted() []*Object {
	taken := map[string]bool{}
	var dirs []string
	for _, entry := range r.Listing.Entries {
		taken[entry.Target] = true
		if entry.State == EntryBareDir {
			dirs = append(dirs, entry.Target+"/")
		}
	}
	l := &lister{tree: r.Tree}
	var all []*Object
	for _, file := range r.Tree.paths {
		ext, hidden := path.Ext(file), strings.HasPrefix(file, ".") || strings.Contains(file, "/.")
		if taken[file] || hidden || (ext != ".yaml" && ext != ".yml") || !r.Tree.IsFile(file) || l.inChart(file) {
			continue
		}
		if slices.ContainsFunc(dirs, func(dir string) bool { return strings.HasPrefix(file, dir) }) {
			continue
		}
		all = append(all, r.objectsOf(file)...)
	}
	return all
}

// objectsOf reads the objects of a file that nobody says must hold any.
func (r *Rollout) objectsOf(file string) []*Object {
	docs, _ := parse(r.Tree, file)
	var all []*Object
	for _, doc := range docs {
		if o, problem := newObject(file, doc); problem == nil && o.Name != "" {
			all = append(all, o)
		}
	}
	return all
}

// ReleaseOf reads an object as a HelmRelease; nil where it is something else.
func ReleaseOf(o *Object) *Release {
	if o.Kind != "HelmRelease" || o.Group() != "helm.toolkit.fluxcd.io" {
		return nil
	}
	return newRelease(o)
}

// Made returns the ExternalArtifacts that an ArtifactGenerator makes.
func Made(o *Object) []Ref {
	var made []Ref
	for _, a := range artifactsOf(o) {
		made = append(made, a.Ref)
	}
	return made
}
