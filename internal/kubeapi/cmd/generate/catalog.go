package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// catalog is what is written; package kubeapi reads it. What several releases have alike stands in
// it once.
type catalog struct {
	Releases  []string  `json:"releases"`
	Kinds     []kind    `json:"kinds"`
	Histories []history `json:"histories"`
	// definitions are a file of their own, which most runs do not need.
	definitions map[string][]variant
}

// kind is one kind in one version of its API group.
type kind struct {
	Group      string `json:"group,omitempty"`
	Version    string `json:"version"`
	Kind       string `json:"kind"`
	Namespaced bool   `json:"namespaced,omitempty"`
	Definition string `json:"definition"`
	// In are the indexes of the releases that have it.
	In []int `json:"in"`
}

func (k kind) key() string { return strings.Join([]string{k.Group, k.Version, k.Kind}, "/") }

// variant is a definition as some releases have it.
type variant struct {
	In     []int           `json:"in"`
	Schema json.RawMessage `json:"schema"`
}

func (c *catalog) add(i int, version string, r release) {
	c.Releases = append(c.Releases, version)
	for _, k := range r.kinds {
		at := slices.IndexFunc(c.Kinds, func(other kind) bool { return other.key() == k.key() })
		if at < 0 {
			at = len(c.Kinds)
			c.Kinds = append(c.Kinds, k)
		}
		c.Kinds[at].In = append(c.Kinds[at].In, i)
	}
	if c.definitions == nil {
		c.definitions = map[string][]variant{}
	}
	for name, schema := range r.definitions {
		variants := c.definitions[name]
		at := slices.IndexFunc(variants, func(v variant) bool { return bytes.Equal(v.Schema, schema) })
		if at < 0 {
			at = len(variants)
			variants = append(variants, variant{Schema: schema})
		}
		variants[at].In = append(variants[at].In, i)
		c.definitions[name] = variants
	}
}

func (c *catalog) sort() {
	slices.SortFunc(c.Kinds, func(a, b kind) int { return cmp.Compare(a.key(), b.key()) })
	slices.SortFunc(c.Histories, func(a, b history) int { return cmp.Compare(a.key(), b.key()) })
}
