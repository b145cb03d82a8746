package known

import (
	"maps"
	"slices"
	"text/template/parse"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// reader follows the templates of a chart, and of the charts inside it, and notes which values they
// read. It takes each branch, and each way that a variable was set. What it cannot follow it takes
// for reading everything that it was given.
type reader struct {
	// main is the chart whose values begin at begin; top are those of all.
	main       *chart.Part
	begin, top *place
	// defined are the templates by name: a chart and those inside it share them.
	defined   map[string][]definition
	functions map[string]function
	files     []file
	// texts are files of the charts that are no templates, and may be used as such.
	texts []string
	// shared says that a chart inside reads the global values. They belong to it, too.
	shared bool

	// given is what the files of each chart are given; used are the templates that something uses,
	// and unused says that the others are followed.
	given  map[*chart.Part]value
	used   map[string]bool
	unused bool

	// seen are the templates that were followed, with what they were given.
	seen map[string]bool
	// depth is how deep it is now.
	depth int
	// grown counts what templates put into variables and maps, kept what they put into those that
	// all of them see.
	grown, kept int
	// left is how many steps may be taken.
	left int
	// owner is the chart whose template is followed.
	owner *chart.Part
}

// definition is a template with a name.
type definition struct {
	body  *parse.ListNode
	owner *chart.Part
}

// file is a template file with what it is given.
type file struct {
	definition
	given value
}

// Bounds, which no chart of a person reaches: steps, of which a long signature takes more, and how
// deep templates and what is in them are nested.
const (
	maxSteps  = 1_000_000
	stepBytes = 32
	maxDepth  = 30_000
)

// signed is how deep maps are told apart.
const signed = 6

func newReader(main *chart.Part, top *place) *reader {
	return &reader{main: main, top: top, defined: map[string][]definition{}, functions: functions(), given: map[*chart.Part]value{}, used: map[string]bool{}, left: maxSteps}
}

// load parses the templates of a chart whose values are at the place, and returns what they are
// given.
func (r *reader) load(part *chart.Part, at *place) value {
	if part == r.main {
		r.begin = at
	}
	values := value{places: []*place{at}}
	root := &dict{lasting: true}
	root.put("Values", values)
	root.put("Files", value{foreign: true})
	given := value{dicts: []*dict{root}}
	r.given[part] = given
	for _, name := range slices.Sorted(maps.Keys(part.Templates)) {
		trees, err := localformat.ParseTemplate(name, part.Templates[name])
		if err != nil {
			at.whole = true
			continue
		}
		for _, defined := range slices.Sorted(maps.Keys(trees)) {
			d := definition{trees[defined].Root, part}
			if defined == name {
				r.files = append(r.files, file{d, given})
			} else {
				r.defined[defined] = append(r.defined[defined], d)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(part.Texts)) {
		r.texts = append(r.texts, string(part.Texts[name]))
	}
	return given
}

// follow reads all template files. What the last ones put into a map, the first ones may read.
func (r *reader) follow() {
	const rounds = 3
	before := -1
	for round := 0; round < rounds && r.kept != before; round++ {
		before = r.kept
		r.seen = map[string]bool{}
		for _, f := range r.files {
			r.owner = f.owner
			r.run(f.body, f.given)
		}
	}
	r.followUnused()
	if r.shared {
		r.top.global.whole = true
	}
	if r.left <= 0 {
		r.top.whole = true
	}
}

// followUnused reads the templates that nothing uses, as if they were given what files are: a value
// that one of them reads is no mistake of those who set it.
func (r *reader) followUnused() {
	r.unused = true
	for _, name := range slices.Sorted(maps.Keys(r.defined)) {
		if r.used[name] {
			continue
		}
		for _, d := range r.defined[name] {
			r.owner = d.owner
			r.run(d.body, r.given[d.owner])
		}
	}
	r.unused = false
}

// run follows the body of a template.
func (r *reader) run(body *parse.ListNode, given value) {
	s := &scope{reader: r, given: given, variables: map[string]*value{}, dicts: map[*parse.CommandNode]*dict{}}
	s.node(body, given)
}

// once follows something with what it is given, unless that was done, or is being done.
func (r *reader) once(what string, given value, follow func()) {
	key := what + "\x00" + given.signature(signed)
	r.left -= len(key) / stepBytes
	if r.seen[key] || r.left <= 0 {
		return
	}
	r.seen[key] = true
	before := r.owner
	follow()
	r.owner = before
}

// call follows the templates of that name.
func (r *reader) call(name string, given value) {
	r.used[name] = true
	r.once(name, given, func() {
		for _, d := range r.defined[name] {
			r.owner = d.owner
			r.run(d.body, given)
		}
	})
}

// callLike follows the templates whose names the pattern fits.
func (r *reader) callLike(pattern string, given value) {
	for _, name := range slices.Sorted(maps.Keys(r.defined)) {
		if matches(pattern, name) {
			r.call(name, given)
		}
	}
}

// callFiles follows the files of the charts that may be templates.
func (r *reader) callFiles(given value) {
	for _, text := range r.texts {
		r.text(text, given)
	}
}

// text follows a template that is text. One that does not parse is not rendered either.
func (r *reader) text(text string, given value) {
	r.once("\x00"+text, given, func() {
		if trees, err := localformat.ParseTemplate("text", []byte(text)); err == nil {
			r.run(trees["text"].Root, given)
		}
	})
}

// field is the field of a value.
func (r *reader) field(v value, key string) value {
	if v.dumped || len(v.places)+len(v.dicts) == 0 {
		return value{open: true, foreign: v.foreign}
	}
	all := []value{{foreign: v.foreign}}
	for _, p := range v.places {
		if key == "global" && p.global != nil && (p != r.begin || r.owner != r.main) {
			r.shared = true
		}
		all = append(all, value{places: []*place{p.child(key)}})
		if assigned := p.assigned.fields[key]; assigned != nil {
			all = append(all, *assigned)
		}
	}
	for _, d := range v.dicts {
		if field := d.fields[key]; field != nil {
			all = append(all, *field)
		}
		if d.items != nil {
			all = append(all, *d.items)
		} else if d.fields[key] == nil && d.lasting {
			all = append(all, something()) // .Release, .Chart
		}
	}
	return union(all...)
}

// elements are what is in a map or a list.
func (r *reader) elements(v value) value {
	if v.dumped {
		r.use(v)
		return something()
	}
	all := []value{{open: v.open || len(v.places)+len(v.dicts) == 0, foreign: v.foreign}}
	for _, p := range v.places {
		all = append(all, value{places: []*place{p.any()}})
	}
	for _, d := range v.dicts {
		for _, field := range d.fields {
			all = append(all, *field)
		}
		if d.items != nil {
			all = append(all, *d.items)
		}
	}
	return union(all...)
}

// use notes that anything in the value may be read.
func (r *reader) use(v value) { r.useOnce(v, map[*dict]bool{}) }

func (r *reader) useOnce(v value, seen map[*dict]bool) {
	for _, p := range v.places {
		p.whole = true
	}
	for _, d := range v.dicts {
		if seen[d] || d.lasting && r.unused {
			continue
		}
		seen[d] = true
		for _, field := range d.fields {
			r.useOnce(*field, seen)
		}
		if d.items != nil {
			r.useOnce(*d.items, seen)
		}
	}
}

// asked notes that a template looks at the type of a value.
func (r *reader) asked(v value) {
	for _, p := range v.places {
		p.loose = true
	}
}

// set lets the fields of a map be the value, too; any field, where its key is not known.
func (r *reader) set(v, key, to value) {
	for _, d := range v.dicts {
		for _, text := range key.texts {
			r.grow(d.put(text, to), d.lasting)
		}
		if key.unsure() {
			r.grow(d.putAny(to), d.lasting)
		}
	}
	for _, p := range v.places {
		if key.unsure() {
			r.use(to)
		}
		for _, text := range key.texts {
			p.child(text)
			r.grow(p.assigned.put(text, to), true)
		}
	}
}

// merge lets the fields of one map be those of others, too.
func (r *reader) merge(into value, others ...value) {
	for _, d := range into.dicts {
		for _, o := range union(others...).dicts {
			if o != d {
				r.grow(d.take(o, true), d.lasting)
			}
		}
	}
}

// grow notes that what was followed before may read more now: in a loop, or, where it lasts, in
// another template.
func (r *reader) grow(grown, lasts bool) {
	if grown {
		r.grown++
	}
	if grown && lasts {
		r.kept++
	}
}

// among follows text among the values, which any of the charts may take for a template.
func (r *reader) among(text string, given []value) {
	r.seen, r.owner = map[string]bool{}, r.main
	for _, v := range given {
		r.text(text, v)
	}
}
