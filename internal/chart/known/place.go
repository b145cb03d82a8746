package known

import "regexp"

var number = regexp.MustCompile(`^\d+$`)

// place is a place in the values of a chart, as its templates read it. It exists because something
// reads it.
type place struct {
	children map[string]*place
	// each is what templates read below any key, or in each item.
	each *place
	// whole says that anything below may be read, loose that templates ask of what type it is, dumped
	// that they write it as YAML or JSON.
	whole, loose, dumped bool
	// assigned are what templates put here themselves, by key.
	assigned dict
	// global is, where the values of a chart begin, those that it shares with the charts around it and
	// inside it, and used says of them that some chart reads them.
	global *place
	used   bool
}

// child is the place of a key, which is read from now on. A number is that of an item of a list.
func (p *place) child(key string) *place {
	if number.MatchString(key) {
		return p.any()
	}
	if p.children == nil {
		p.children = map[string]*place{}
	}
	if p.children[key] == nil {
		p.children[key] = &place{}
		if key == "global" && p.global != nil {
			p.children[key] = p.global
			p.global.used = true
		}
	}
	return p.children[key]
}

// at is the place of a path, which is read from now on.
func (p *place) at(path ...string) *place {
	for _, key := range path {
		p = p.child(key)
	}
	return p
}

// any is the place of whatever key.
func (p *place) any() *place {
	if p.each == nil {
		p.each = &place{}
	}
	return p.each
}

// below are the places that a key has below several.
func below(places []*place, key string) (found []*place) {
	for _, p := range places {
		switch child := p.children[key]; {
		case child != nil:
			found = append(found, child)
		case key == "global" && p.global != nil && p.global.used:
			found = append(found, p.global)
		}
		if p.each != nil {
			found = append(found, p.each)
		}
	}
	return found
}
