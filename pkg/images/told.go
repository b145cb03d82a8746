package images

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// told takes what a container's program is told.
func (f *finder) told(container map[string]any) {
	variables := f.env(container)
	for _, key := range []string{"command", "args"} {
		f.args(container[key], variables)
	}
}

// env takes what operators are told by variables such as DRIVER_MANAGER_IMAGE, and by several such
// as PROXY_IMAGE_REPOSITORY and PROXY_IMAGE_TAG. It returns the variables.
func (f *finder) env(container map[string]any) map[string]string {
	list, _ := container["env"].([]any)
	variables := map[string]string{}
	for _, item := range list {
		variable, _ := item.(map[string]any)
		if name := text(variable, "name"); name != "" {
			variables[name] = expand(text(variable, "value"), variables)
		}
	}
	f.variables(variables, FoundEnv)
	return variables
}

// lastPart is the last part of an image's name, and no plain word such as none.
var lastPart = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)+$`)

// variables takes texts by the names that hold them.
func (f *finder) variables(variables map[string]string, how Found) {
	rest := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if f.said(name, variables[name], how) {
			continue
		}
		if rest[name] = variables[name]; strings.HasSuffix(name, "_IMAGE") && lastPart.MatchString(variables[name]) {
			f.notes = append(f.notes, name+" is "+variables[name]+", which may be the end of an image's name")
		}
	}
	groups := group(rest)
	for _, stem := range slices.Sorted(maps.Keys(groups)) {
		switch p := groups[stem]; {
		case !p.spoken || p.repository+p.name == "":
		case p.tag+p.digest != "":
			f.add(p.reference(), how)
		case p.emptyTag || p.registry != "" && p.repository+p.name != "":
			f.addUnknown(p.base(), p.base(), completed, how)
		}
	}
}

// said takes a text that a variable or a flag of that name holds, and tells whether it names images.
func (f *finder) said(holder, text string, how Found) bool {
	switch {
	case looksWhole(text), looksNamed(holder, text) && isTagged(text):
		f.add(text, how)
		return true
	case looksNamed(holder, text):
		f.addUnknown(text, text, completed, how)
		return true
	}
	before := len(f.all)
	if strings.HasPrefix(strings.TrimSpace(text), "{") || strings.HasPrefix(strings.TrimSpace(text), "[") {
		for _, document := range documents(text) {
			f.document(document, how)
		}
		return len(f.all) > before
	}
	// A list, such as 4.1=quay.io/org/server:4.1, or a script.
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;\"'`", r) }) {
		if word = word[strings.LastIndex(word, "=")+1:]; word != text && looksWhole(word) {
			f.add(word, how)
		}
	}
	return len(f.all) > before
}

// document takes YAML or JSON in a text.
func (f *finder) document(document any, how Found) {
	inside := finder{custom: true, off: f.off}
	inside.walk(document)
	for i := range inside.all {
		inside.all[i].how = how
	}
	f.all = append(f.all, inside.all...)
}

// args takes what operators are told by arguments such as --acme-http01-solver-image=REFERENCE,
// also where the value is an argument of its own.
func (f *finder) args(v any, variables map[string]string) {
	list, _ := v.([]any)
	flag := ""
	for _, item := range list {
		argument, _ := item.(string)
		argument = expand(argument, variables)
		if strings.HasPrefix(argument, "-") {
			flag, argument, _ = strings.Cut(argument, "=")
		}
		f.said(flag, argument, FoundArg)
		if argument != "" {
			flag = ""
		}
	}
}

var variable = regexp.MustCompile(`\$\([-._a-zA-Z][-._a-zA-Z0-9]*\)`)

// expand puts in variables as kubelet does: $(NAME), where NAME is known.
func expand(text string, variables map[string]string) string {
	return variable.ReplaceAllStringFunc(text, func(reference string) string {
		if value, ok := variables[reference[2:len(reference)-1]]; ok {
			return value
		}
		return reference
	})
}
