// Package templatetext finds the actions in the text of a Go template without parsing it: what is done to a template
// before Go's parser sees it, which recurses as deep as blocks are nested, and ends the program where that is too deep.
package templatetext

import (
	"regexp"
	"strings"
)

// MaxNesting is how deep blocks may lie in each other, and MaxParentheses parentheses in an action. Public charts have
// about ten of either.
const (
	MaxNesting     = 1_000
	MaxParentheses = 100
)

// Next returns where the first action of the text begins and ends. Without any, start is -1; where it has no end, and
// Go's parser will refuse it, end is -1.
func Next(text string) (start, end int) {
	start = strings.Index(text, "{{")
	if start < 0 {
		return -1, -1
	}
	length := actionLength(text[start:])
	if length < 0 {
		return start, -1
	}
	return start, start + length
}

// actionLength returns the length of the action that text begins with, or -1 where it has no end.
func actionLength(text string) int {
	body := strings.TrimLeft(strings.TrimPrefix(text[2:], "-"), " \t\r\n")
	if strings.HasPrefix(body, "/*") {
		start := len(text) - len(body)
		end := strings.Index(body[2:], "*/")
		if end < 0 {
			return -1
		}
		closing := strings.Index(body[2+end:], "}}")
		if closing < 0 {
			return -1
		}
		return start + 2 + end + closing + 2
	}
	for i := 2; i < len(text); {
		if strings.HasPrefix(text[i:], "}}") {
			return i + 2
		}
		n := Quoted(text[i:])
		if n < 0 {
			return -1
		}
		i += max(n, 1)
	}
	return -1
}

// Quoted returns the length of the quoted text at the start of text, 0 where there is none, -1 where it has no end.
func Quoted(text string) int {
	quote := text[0]
	if quote != '"' && quote != '`' && quote != '\'' {
		return 0
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == quote:
			return i + 1
		case text[i] == '\\' && quote != '`':
			i++
		}
	}
	return -1
}

// Keyword returns the first word of an action, "/*" for a comment, and "" for what begins otherwise.
func Keyword(action string) string { return keyword.FindStringSubmatch(action)[1] }

var keyword = regexp.MustCompile(`^\{\{-?\s*(/\*|[\pL\p{Nd}_]*)`)

// TooDeep reports whether Go's parser would have to go deeper than MaxNesting, or MaxParentheses.
func TooDeep(text string) bool { return depth(text, MaxNesting) > MaxNesting }

// depth returns how deep blocks lie in each other, and looks no further once that is more than enough. An else with a
// condition counts as a block in its block, because that is how the parser reads it.
func depth(text string, enough int) int {
	var open []int // by block, how many levels its end closes
	now, most := 0, 0
	for most <= enough {
		start, end := Next(text)
		if end < 0 {
			break
		}
		action := text[start:end]
		text = text[end:]
		word := Keyword(action)
		if word != "/*" && parentheses(action) > MaxParentheses {
			return enough + 1
		}
		switch {
		case word == "if", word == "range", word == "with", word == "define", word == "block":
			open = append(open, 1)
			now++
		case word == "else" && len(open) > 0 && strings.Trim(action, "{}- \t\r\n") != "else":
			open[len(open)-1]++
			now++
		case word == "end" && len(open) > 0:
			now -= open[len(open)-1]
			open = open[:len(open)-1]
		}
		most = max(most, now)
	}
	return most
}

// parentheses returns how deep parentheses lie in each other.
func parentheses(action string) int {
	now, most := 0, 0
	for i := 0; i < len(action); i++ {
		switch action[i] {
		case '(':
			now++
			most = max(most, now)
		case ')':
			now--
		default:
			i += max(Quoted(action[i:])-1, 0)
		}
	}
	return most
}
