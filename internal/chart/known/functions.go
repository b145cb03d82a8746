package known

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// function is the value of a function of Helm's. One that is not known here may look at all of its
// arguments.
func (s *scope) function(name string, args []value) value {
	if must, ok := strings.CutPrefix(name, "must"); ok && must != "" {
		name = strings.ToLower(must[:1]) + must[1:]
	}
	if f := s.functions[name]; f != nil {
		return f(s, args)
	}
	foreign := false
	for _, arg := range args {
		s.use(arg)
		foreign = foreign || arg.foreign
	}
	return value{open: true, foreign: foreign}
}

type function func(s *scope, args []value) value

// functions are those that do less with their arguments than to read everything in them.
func functions() map[string]function {
	return map[string]function{
		"include":        include,
		"tpl":            tpl,
		"dict":           makeDict,
		"list":           makeList,
		"tuple":          makeList,
		"index":          index,
		"get":            index,
		"dig":            dig,
		"pluck":          pluck,
		"pick":           pick,
		"omit":           copied,
		"deepCopy":       copied,
		"set":            set,
		"unset":          func(_ *scope, args []value) value { return argument(args, 0) },
		"hasKey":         func(s *scope, args []value) value { index(s, args); return something() },
		"keys":           keys,
		"values":         func(s *scope, args []value) value { return s.list(elementsOf(s, args)) },
		"merge":          merge,
		"mergeOverwrite": merge,
		"default":        among,
		"coalesce":       among,
		"and":            among,
		"or":             among,
		"concat":         shuffle,
		"reverse":        shuffle,
		"uniq":           shuffle,
		"compact":        shuffle,
		"rest":           shuffle,
		"initial":        shuffle,
		"slice":          func(s *scope, args []value) value { return s.shuffled(argument(args, 0)) },
		"without":        func(s *scope, args []value) value { return s.shuffled(argument(args, 0)) },
		"append":         appended,
		"prepend":        appended,
		"first":          func(s *scope, args []value) value { return s.field(argument(args, 0), "0") },
		"last":           elementsOf,
		"required":       func(_ *scope, args []value) value { return argument(args, 1) },
		"ternary":        func(_ *scope, args []value) value { return union(argument(args, 0), argument(args, 1)) },
		"toYaml":         dump,
		"toYamlPretty":   dump,
		"toJson":         dump,
		"toRawJson":      dump,
		"toPrettyJson":   dump,
		"toToml":         dump,
		"fromYaml":       undump,
		"fromJson":       undump,
		"fromYamlArray":  undump,
		"fromJsonArray":  undump,
		"not":            question,
		"empty":          question,
		"len":            question,
		"eq":             question,
		"ne":             question,
		"lt":             question,
		"le":             question,
		"gt":             question,
		"ge":             question,
		"kindIs":         typeQuestion,
		"kindOf":         typeQuestion,
		"typeIs":         typeQuestion,
		"typeIsLike":     typeQuestion,
		"typeOf":         typeQuestion,
		"print":          join,
		"printf":         format,
	}
}

func argument(args []value, i int) value {
	if i < len(args) {
		return args[i]
	}
	return something()
}

// include follows the template of that name. One whose name is put together may be any.
func include(s *scope, args []value) value {
	name, given := argument(args, 0), argument(args, 1)
	// A name among the values stands for one that is used as those that are known are.
	if name.open || len(name.texts)+len(name.patterns) == 0 {
		s.callLike(wildcard, given)
	}
	for _, pattern := range name.patterns {
		s.callLike(pattern, given)
	}
	for _, text := range name.texts {
		s.call(text, given)
	}
	return something()
}

// tpl follows text; that of a file may be that of any. Templates among the values are followed for
// all.
func tpl(s *scope, args []value) value {
	text, given := argument(args, 0), argument(args, 1)
	for _, constant := range text.texts {
		s.text(constant, given)
	}
	if text.foreign {
		s.callFiles(given)
	}
	s.asked(text)
	s.use(text)
	return something()
}

func makeDict(s *scope, args []value) value {
	d := s.made()
	for i := 0; i+1 < len(args); i += 2 {
		if args[i].unsure() {
			d.putAny(args[i+1])
		}
		for _, key := range args[i].texts {
			d.put(key, args[i+1])
		}
	}
	return value{dicts: []*dict{d}}
}

func makeList(s *scope, args []value) value { return s.list(args...) }

// list is a list of the values, whose keys are their numbers.
func (s *scope) list(items ...value) value {
	d := s.made()
	for i, item := range items {
		d.put(strconv.Itoa(i), item)
	}
	return value{dicts: []*dict{d}}
}

// shuffled is a list with the items of others, in whatever order.
func (s *scope) shuffled(lists ...value) value { return s.taken(union(lists...), false) }

// copied is a map that can be changed apart.
func copied(s *scope, args []value) value { return s.taken(argument(args, 0), true) }

func (s *scope) taken(all value, ordered bool) value {
	d := s.made()
	for _, from := range all.dicts {
		if from != d {
			d.take(from, ordered)
		}
	}
	all.dicts = []*dict{d}
	return all
}

// index leads along keys; a key that is not a constant leads to any value.
func index(s *scope, args []value) value {
	v := argument(args, 0)
	for i := 1; i < len(args); i++ {
		v = lookUp(s, v, args[i])
	}
	return v
}

func lookUp(s *scope, v, key value) value {
	var all []value
	if key.unsure() {
		all = append(all, s.elements(v))
	}
	for _, text := range key.texts {
		all = append(all, s.field(v, text))
	}
	return union(all...)
}

// dig "a" "b" DEFAULT MAP
func dig(s *scope, args []value) value {
	if len(args) < 3 {
		return something()
	}
	v := args[len(args)-1]
	for _, key := range args[:len(args)-2] {
		v = lookUp(s, v, key)
	}
	return union(v, args[len(args)-2])
}

func pluck(s *scope, args []value) value {
	var all []value
	for i := 1; i < len(args); i++ {
		all = append(all, lookUp(s, args[i], args[0]))
	}
	return s.list(all...)
}

func pick(s *scope, args []value) value {
	d := s.made()
	for i := 1; i < len(args); i++ {
		if args[i].unsure() {
			d.putAny(s.elements(args[0]))
		}
		for _, key := range args[i].texts {
			d.put(key, s.field(args[0], key))
		}
	}
	return value{dicts: []*dict{d}}
}

func set(s *scope, args []value) value {
	s.set(argument(args, 0), argument(args, 1), argument(args, 2))
	return argument(args, 0)
}

func merge(s *scope, args []value) value {
	if len(args) > 0 {
		s.merge(args[0], args[1:]...)
	}
	return union(args...)
}

func among(_ *scope, args []value) value { return union(args...) }

func shuffle(s *scope, args []value) value { return s.shuffled(args...) }

func appended(s *scope, args []value) value {
	list := s.shuffled(argument(args, 0))
	list.dicts[0].putAny(argument(args, 1))
	return list
}

func elementsOf(s *scope, args []value) value { return s.elements(union(args...)) }

// keys asks for all of them, so that any may be there.
func keys(s *scope, args []value) value {
	for _, arg := range args {
		s.elements(arg)
	}
	return s.list(keysOf(union(args...)))
}

func keysOf(v value) value {
	names := value{open: len(v.places) > 0 || len(v.dicts) == 0}
	for _, d := range v.dicts {
		names.texts = append(names.texts, slices.Sorted(maps.Keys(d.fields))...)
		names.open = names.open || d.items != nil
	}
	return names
}

func dump(_ *scope, args []value) value {
	v := union(args...)
	v.dumped, v.open, v.texts, v.patterns = true, true, nil, nil
	for _, p := range v.places {
		p.dumped = true
	}
	return v
}

func undump(_ *scope, args []value) value {
	v := union(args...)
	v.dumped = false
	return v
}

// question asks no more than whether there is something, or whether it is this or that. Of what was
// written as text all is compared.
func question(s *scope, args []value) value {
	for _, arg := range args {
		if arg.dumped {
			s.use(arg)
		}
	}
	return something()
}

func typeQuestion(s *scope, args []value) value {
	for _, arg := range args {
		s.asked(arg)
	}
	return something()
}
