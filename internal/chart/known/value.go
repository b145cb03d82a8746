package known

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// value is what an expression of a template may come to, as far as it has to do with values.
type value struct {
	// places are those of the chart's values that it may be.
	places []*place
	// dicts are the maps and lists that it may be, which templates made themselves.
	dicts []*dict
	// texts are the constants that it may be, patterns such in which a wildcard stands for what is
	// not known.
	texts, patterns []string
	// open says that it may be other text, too. dumped says that it is text made of the places and
	// dicts, such as YAML, foreign that it comes from a file of the chart.
	open, dumped, foreign bool
}

// dict is a map or a list that a template made. Templates change maps in place.
type dict struct {
	fields map[string]*value
	// items are those of a list, and the fields whose keys are not known.
	items *value
	// lasting says that it is there from the beginning.
	lasting bool
}

// wildcard is any text, in a pattern.
const wildcard = "\x00"

// something is text or a number that has nothing to do with values.
func something() value { return value{open: true} }

// union is a value that may be any of those.
func union(all ...value) value {
	var u value
	for _, v := range all {
		u.places = add(u.places, v.places)
		u.dicts = add(u.dicts, v.dicts)
		u.texts = add(u.texts, v.texts)
		u.patterns = add(u.patterns, v.patterns)
		u.open, u.dumped, u.foreign = u.open || v.open, u.dumped || v.dumped, u.foreign || v.foreign
	}
	return u
}

// size grows with what it may be.
func (v value) size() int {
	n := len(v.places) + len(v.dicts) + len(v.texts) + len(v.patterns)
	for _, flag := range []bool{v.open, v.dumped, v.foreign} {
		if flag {
			n++
		}
	}
	return n
}

// unsure reports whether it may be text that is not among its constants.
func (v value) unsure() bool {
	return v.open || len(v.texts) == 0 || len(v.patterns) > 0 || len(v.places)+len(v.dicts) > 0
}

func add[T comparable](to, more []T) []T {
	for _, v := range more {
		if !slices.Contains(to, v) {
			to = append(slices.Clip(to), v)
		}
	}
	return to
}

// put lets a field of the map be the value, too.
func (d *dict) put(key string, v value) (grown bool) {
	if d.fields == nil {
		d.fields = map[string]*value{}
	}
	if old := d.fields[key]; old != nil {
		v = union(*old, v)
		if v.size() == old.size() {
			return false
		}
	}
	d.fields[key] = &v
	return true
}

// putAny lets any field of the map be the value, too.
func (d *dict) putAny(v value) (grown bool) {
	if d.items != nil {
		v = union(*d.items, v)
		if v.size() == d.items.size() {
			return false
		}
	}
	d.items = &v
	return true
}

// take lets the fields of the map be those of another, too, and those without a key where it is a
// list in another order.
func (d *dict) take(from *dict, ordered bool) (grown bool) {
	for _, key := range slices.Sorted(maps.Keys(from.fields)) {
		if ordered {
			grown = d.put(key, *from.fields[key]) || grown
		} else {
			grown = d.putAny(*from.fields[key]) || grown
		}
	}
	if from.items != nil {
		grown = d.putAny(*from.items) || grown
	}
	return grown
}

// signature tells values apart, for a template that is given one.
func (v value) signature(depth int) string {
	var s strings.Builder
	for _, p := range v.places {
		fmt.Fprintf(&s, "%p,", p)
	}
	for _, d := range v.dicts {
		switch {
		case d.lasting || depth == 0:
			fmt.Fprintf(&s, "%p", d)
		default:
			s.WriteString("{")
			for _, key := range slices.Sorted(maps.Keys(d.fields)) {
				s.WriteString(key + ":" + d.fields[key].signature(depth-1) + ";")
			}
			if d.items != nil {
				s.WriteString("*" + d.items.signature(depth-1))
			}
			s.WriteString("}")
		}
	}
	fmt.Fprintf(&s, "%q%q%t%t%t", v.texts, v.patterns, v.open, v.dumped, v.foreign)
	return s.String()
}
