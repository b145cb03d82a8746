package helmchart

import (
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/internal/templatetext"
)

// The functions that instrument puts into templates.
const (
	tickFunc = "aicr_tick"
	callFunc = "aicr_call"
	nameFunc = "aicr_name"
	textFunc = "aicr_text"
)

// tickEvery is how many actions may follow each other without a tick: each of them can write a text of 5 MiB.
const tickEvery = 32

// instrument returns the template with questions to the guard in all places from which it could run for ever: in each
// turn of a loop, before each template, block, include and tpl, and otherwise every few actions.
// Lines stay what they are, and so does the output. A text that cannot be followed is left to Helm to refuse.
//
// Helm's engine offers no other way: functions can be replaced (Engine.CustomTemplateFuncs), loops and calls cannot,
// and only Helm's own include and tpl know the template that they belong to.
func instrument(text string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	var out strings.Builder
	rest, actions := text, 0
	for {
		start, end := templatetext.Next(rest)
		if start < 0 {
			out.WriteString(rest)
			return out.String()
		}
		if end < 0 {
			return text
		}
		action := rest[start:end]
		out.WriteString(rest[:start])
		word := templatetext.Keyword(action)
		if word == "template" || word == "block" {
			// What is trimmed before the call is trimmed before the question, too.
			if strings.HasPrefix(action, "{{-") {
				out.WriteString("{{- " + callFunc + "}}")
			} else {
				out.WriteString("{{" + callFunc + "}}")
			}
		}
		out.WriteString(wrapCalls(action))
		rest = rest[end:]

		actions++
		switch {
		case word == "range":
		case actions%tickEvery != 0, word == "define", word == "block", word == "/*":
			// A tick would make the empty definition of a template one that counts, and a comment is often all there is.
			continue
		}
		if strings.HasSuffix(action, "-}}") {
			out.WriteString("{{" + tickFunc + " -}}")
		} else {
			out.WriteString("{{" + tickFunc + "}}")
		}
	}
}

// wrapCalls passes the first operand of each include and tpl through the guard: include "x" . becomes
// include (aicr_name "x") .
func wrapCalls(code string) string {
	if !strings.Contains(code, "include") && !strings.Contains(code, "tpl") {
		return code
	}
	var out strings.Builder
	for i := 0; i < len(code); {
		n := token(code[i:])
		word := code[i : i+n]
		out.WriteString(word)
		free := i == 0 || !strings.ContainsRune(".$", rune(code[i-1]))
		i += n
		if !free || word != "include" && word != "tpl" {
			continue
		}
		operand := strings.TrimLeft(code[i:], " \t\r\n")
		space := len(code) - i - len(operand)
		length := operandLength(operand)
		if space == 0 || length == 0 {
			continue
		}
		through := nameFunc
		if word == "tpl" {
			through = textFunc
		}
		out.WriteString(code[i:i+space] + "(" + through + " " + wrapCalls(operand[:length]) + ")")
		i += space + length
	}
	return out.String()
}

// token returns the length of the word, the quoted text or the single character that code begins with.
func token(code string) int {
	if n := templatetext.Quoted(code); n != 0 {
		if n < 0 {
			return len(code)
		}
		return n
	}
	n := 0
	for n < len(code) && isWord(code[n]) {
		n++
	}
	return max(n, 1)
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// operandLength returns the length of the operand that code begins with, 0 where there is none.
func operandLength(code string) int {
	depth := 0
	for i := 0; i < len(code); {
		if depth == 0 && strings.ContainsRune(" \t\r\n|,})", rune(code[i])) {
			return i
		}
		switch code[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		i += token(code[i:])
	}
	return len(code)
}

// plain takes out of a message of Helm what instrument put into the template.
func plain(message string) string {
	message = wrappedPattern.ReplaceAllString(message, "$1")
	for _, name := range []string{nameFunc, textFunc} {
		message = strings.ReplaceAll(message, "("+name+" ", "")
	}
	return message
}

var wrappedPattern = regexp.MustCompile(`\((?:` + nameFunc + `|` + textFunc + `) ([^()]*)\)`)
