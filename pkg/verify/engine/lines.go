package engine

import (
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// LineOfKey returns the first line of a file that begins with the text; 0 where
// there is none.
func LineOfKey(tree *rollout.Tree, file, begin string) int {
	data, err := tree.Read(file)
	if err != nil {
		return 0
	}
	for i, line := range strings.Split(string(data), "\n") {
		if strings.HasPrefix(line, begin) {
			return i + 1
		}
	}
	return 0
}

// LineAfter returns the first line of the file, from one on, that holds the text;
// the line itself where none does.
func (s *Scene) LineAfter(file string, line int, text string) int {
	data, err := s.Tree.Read(file)
	if err != nil {
		return line
	}
	for i, content := range strings.Split(string(data), "\n") {
		if i+1 >= line && strings.Contains(content, text) {
			return i + 1
		}
	}
	return line
}

// KeyAfter returns the first line of the file, from one on, that begins an entry
// with the key; the line itself where none does.
func (s *Scene) KeyAfter(file string, line int, key string) int {
	data, err := s.Tree.Read(file)
	if err != nil {
		return line
	}
	for i, content := range strings.Split(string(data), "\n") {
		name, _, isEntry := strings.Cut(strings.TrimLeft(content, "- "), ":")
		if i+1 >= line && isEntry && strings.Trim(name, `"'`) == key {
			return i + 1
		}
	}
	return line
}
