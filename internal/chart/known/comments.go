package known

import (
	"regexp"
	"strings"
)

// Lines of default values: a key, and a key that is commented out.
var (
	keyLine     = regexp.MustCompile(`^( *)([\w./-]+|"[^"]+"):(\s|$)`)
	commentLine = regexp.MustCompile(`^( *)#+ ?([\w./-]+):(\s|$)`)
)

// commented reads the keys that the default values have in comments, as in
//
//	driver:
//	  # licensing:
//	  #   server: ""
//
// for known, with all that is below them. Their place is told by how far they are indented.
func commented(text []byte, at *place) {
	type level struct {
		indent int
		path   []string
	}
	levels := []level{{indent: -1}}
	above := func(indent int) []string {
		for len(levels) > 1 && levels[len(levels)-1].indent >= indent {
			levels = levels[:len(levels)-1]
		}
		return levels[len(levels)-1].path
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if key := keyLine.FindStringSubmatch(line); key != nil {
			parent := above(len(key[1]))
			levels = append(levels, level{len(key[1]), append(parent[:len(parent):len(parent)], strings.Trim(key[2], `"`))})
			continue
		}
		if key := commentLine.FindStringSubmatch(line); key != nil {
			p := at
			for _, step := range above(len(key[1])) {
				p = p.child(step)
			}
			p.child(key[2]).whole = true
		}
	}
}
