package rollout

import (
	"fmt"
	"strconv"
	"strings"
)

// Place is where in a bundle something is. Every field may be empty.
type Place struct {
	// File is the slash-separated path in the bundle.
	File string `json:"file,omitempty"`
	// Line counts from 1; 0 is unknown.
	Line int `json:"line,omitempty"`
	// Object is "HelmRelease flux-system/gpu-operator".
	Object string `json:"object,omitempty"`
	// Path is the way to a field of the object: "spec.dependsOn[1].name".
	Path string `json:"path,omitempty"`
}

// String returns "file:line: object: path", without what is empty.
func (p Place) String() string {
	var parts []string
	if p.File != "" {
		at := p.File
		if p.Line > 0 {
			at += ":" + strconv.Itoa(p.Line)
		}
		parts = append(parts, at)
	}
	for _, part := range []string{p.Object, p.Path} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ": ")
}

// InFile is the place of a line of a file.
func InFile(file string, line int) Place { return Place{File: file, Line: line} }

// Ref names an object of the cluster. API versions do not matter: a cluster has each object once.
type Ref struct {
	Kind, Namespace, Name string
}

// String returns "HelmRelease flux-system/gpu-operator".
func (r Ref) String() string {
	if r.Namespace == "" {
		return r.Kind + " " + r.Name
	}
	return r.Kind + " " + r.Namespace + "/" + r.Name
}

// Dotted writes the way to a field, keys and indexes, as places have it: "spec.dependsOn[1].name".
func Dotted(path ...any) string {
	var b strings.Builder
	for _, step := range path {
		if i, ok := step.(int); ok {
			fmt.Fprintf(&b, "[%d]", i)
			continue
		}
		key := fmt.Sprint(step)
		if strings.ContainsAny(key, ".[]/") {
			key = "[" + strconv.Quote(key) + "]"
		} else if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(key)
	}
	return b.String()
}
