package diff

import (
	"fmt"
	"slices"
)

// lists compares two lists item by item. What is only in another place is no difference of the
// items, but one of the list: Helm and containers read lists in order.
func (w *walker) lists(path, key string, from, to []any) {
	if by := identifier(from, to); by != "" {
		w.named(path, by, from, to)
		return
	}
	was, is := without(from, to), without(to, from)
	switch {
	case len(was)+len(is) == 0:
		w.add(path, key, Moved, from, to)
	case len(was) == len(is): // those that stand in the place of each other
		for i, at := range was {
			w.walk(fmt.Sprintf("%s[%d]", path, is[i]), key, from[at], to[is[i]])
		}
	default:
		for _, at := range was {
			w.add(fmt.Sprintf("%s[%d]", path, at), key, Removed, from[at], nil)
		}
		for _, at := range is {
			w.add(fmt.Sprintf("%s[%d]", path, at), key, Added, nil, to[at])
		}
	}
}

// named compares lists of maps that a field tells apart.
func (w *walker) named(path, by string, from, to []any) {
	index := func(list []any) map[string]int {
		at := map[string]int{}
		for i, item := range list {
			at[text(item.(map[string]any)[by])] = i
		}
		return at
	}
	was, is := index(from), index(to)
	at := func(item any) string { return fmt.Sprintf("%s[%s=%v]", path, by, item.(map[string]any)[by]) }
	var order, before []any
	for _, item := range from {
		id := item.(map[string]any)[by]
		if i, stays := is[text(id)]; stays {
			before = append(before, id)
			w.walk(at(item), "", item, to[i])
		} else {
			w.add(at(item), "", Removed, item, nil)
		}
	}
	for _, item := range to {
		id := item.(map[string]any)[by]
		if _, stayed := was[text(id)]; stayed {
			order = append(order, id)
		} else {
			w.add(at(item), "", Added, nil, item)
		}
	}
	if !same(before, order) {
		w.add(path, "", Moved, before, order)
	}
}

// identifier is the field that tells the items of both lists apart; empty where none does.
func identifier(lists ...[]any) string {
	for _, by := range []string{"name", "key", "id", "mountPath", "port"} {
		if !slices.ContainsFunc(lists, func(list []any) bool { return !tellsApart(by, list) }) {
			return by
		}
	}
	return ""
}

func tellsApart(by string, list []any) bool {
	seen := map[string]bool{}
	for _, item := range list {
		m, _ := item.(map[string]any)
		switch id := m[by].(type) {
		case nil, map[string]any, []any:
			return false
		default:
			if seen[text(id)] {
				return false
			}
			seen[text(id)] = true
		}
	}
	return true
}

// without are the indexes of the items that another list does not have, each item as often as it
// is there.
func without(list, other []any) []int {
	left := map[string]int{}
	for _, item := range other {
		left[text(item)]++
	}
	var only []int
	for i, item := range list {
		if id := text(item); left[id] > 0 {
			left[id]--
		} else {
			only = append(only, i)
		}
	}
	return only
}
