package diff

import (
	"maps"
	"slices"
)

// crd compares a CustomResourceDefinition; nil where nothing differs.
func crd(p pair, release string, left bool) *CRD {
	if p.change() == Changed && same(at(p.from, "spec"), at(p.to, "spec")) {
		return nil
	}
	c := &CRD{Name: p.name, Release: release, Change: p.change(), Left: left, Served: Set{Added: []string{}, Removed: []string{}}}
	if c.Change == Changed {
		served, stored := versions(p.from)
		serves, stores := versions(p.to)
		c.Served = compareSets(served, serves)
		if stored != stores {
			c.Stored = &Pair[string]{stored, stores}
		}
	}
	return c
}

// versions are those that a CRD serves, and the one that it stores.
func versions(o map[string]any) (served []string, stored string) {
	list, _ := at(o, "spec", "versions").([]any)
	for _, v := range list {
		name := textAt(v, "name")
		if at(v, "served") == true {
			served = append(served, name)
		}
		if at(v, "storage") == true {
			stored = name
		}
	}
	return served, stored
}

// compareSets returns what only one of two lists has.
func compareSets(from, to []string) Set {
	s := Set{Added: []string{}, Removed: []string{}}
	was, is := setOf(from), setOf(to)
	for _, text := range slices.Sorted(maps.Keys(is)) {
		if !was[text] {
			s.Added = append(s.Added, text)
		}
	}
	for _, text := range slices.Sorted(maps.Keys(was)) {
		if !is[text] {
			s.Removed = append(s.Removed, text)
		}
	}
	return s
}

func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, text := range list {
		set[text] = true
	}
	return set
}
