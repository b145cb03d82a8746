package known

import (
	"regexp"
	"strings"
)

var verb = regexp.MustCompile(`%[-+# 0]*\d*(\.\d+)?[a-zA-Z%]`)

// join is text of which some parts may be constant.
func join(s *scope, args []value) value {
	parts := make([]string, len(args))
	for i, arg := range args {
		parts[i] = s.part(arg)
	}
	return joined(strings.Join(parts, ""))
}

// format is the same by printf.
func format(s *scope, args []value) value {
	if len(args) == 0 || args[0].unsure() || len(args[0].texts) != 1 {
		return join(s, args)
	}
	next := 0
	text := verb.ReplaceAllStringFunc(args[0].texts[0], func(verb string) string {
		if verb == "%%" {
			return "%"
		}
		next++
		return s.part(argument(args, next))
	})
	for _, arg := range args[1:] {
		s.use(arg)
	}
	return joined(text)
}

// part is the text that a value adds to other text.
func (s *scope) part(v value) string {
	if v.unsure() || len(v.texts) != 1 {
		s.use(v)
		return wildcard
	}
	return v.texts[0]
}

func joined(text string) value {
	if strings.Contains(text, wildcard) {
		return value{patterns: []string{text}}
	}
	return value{texts: []string{text}}
}

// matches reports whether a name may be what the pattern says.
func matches(pattern, name string) bool {
	parts := strings.Split(pattern, wildcard)
	last := len(parts) - 1
	if !strings.HasPrefix(name, parts[0]) {
		return false
	}
	name = name[len(parts[0]):]
	for _, part := range parts[1:last] {
		at := strings.Index(name, part)
		if at < 0 {
			return false
		}
		name = name[at+len(part):]
	}
	return strings.HasSuffix(name, parts[last])
}
