package engine

import "strings"

// FindLine returns the first line of a file, from one on, that fits; the line itself where none
// does.
func (s *Scene) FindLine(file string, from int, fits func(line string) bool) int {
	data, err := s.Tree.Read(file)
	if err != nil {
		return from
	}
	for i, line := range strings.Split(string(data), "\n") {
		if i+1 >= from && fits(line) {
			return i + 1
		}
	}
	return from
}

// LineAfter returns the first line of the file, from one on, that holds the text.
func (s *Scene) LineAfter(file string, line int, text string) int {
	return s.FindLine(file, line, func(content string) bool { return strings.Contains(content, text) })
}

// KeyAfter returns the first line of the file, from one on, that begins an entry with the key.
func (s *Scene) KeyAfter(file string, line int, key string) int {
	return s.FindLine(file, line, func(content string) bool {
		name, _, isEntry := strings.Cut(strings.TrimLeft(content, "- "), ":")
		return isEntry && strings.Trim(name, `"'`) == key
	})
}
