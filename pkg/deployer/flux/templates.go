package flux

import (
	"bytes"
	"embed"
	"strings"
	"sync"
	"text/template"
	"unicode"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

// templates parses the templates once, on first use, so that a command that makes no bundle does
// not pay for them.
var templates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{
		"text":       text,
		"guard":      func() string { return guardMark },
		"guardEntry": func() string { return guardEntryMark },
		"cell":       cell,
		"prose":      prose,
		"line":       line,
		"link":       link,
		"nth":        func(i int) int { return i + 1 },
	}).ParseFS(templateFiles, "templates/*.tmpl")
})

// guardMark stands where an object's metadata gets the guard against substitution. No YAML text
// holds a NUL, so nothing else can look like it.
const guardMark = "\x00"

// guardEntryMark stands where an object has annotations already.
const guardEntryMark = guardMark + "entry" + guardMark

// guard keeps kustomize-controller's postBuild substitution, where a cluster uses it, from
// rewriting the object.
const (
	guard = `
  annotations:` + guardEntry
	guardEntry = `
    kustomize.toolkit.fluxcd.io/substitute: disabled`
)

// execute renders a template under a line that says where the file comes from. An object in whose
// text substitution would find something gets the guard.
func execute(name, comment string, data any) ([]byte, error) {
	t, err := templates()
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	buf.WriteString(comment + "\n")
	if err := t.ExecuteTemplate(&buf, name+".tmpl", data); err != nil {
		return nil, err
	}
	out := bytes.TrimRight(buf.Bytes(), "\n")
	out = append(out, '\n')
	block, entry := "", ""
	if bytes.Contains(out, []byte("${")) || bytes.Contains(out, []byte("$$")) {
		block, entry = guard, guardEntry
	}
	out = bytes.Replace(out, []byte(guardEntryMark), []byte(entry), 1)
	return bytes.Replace(out, []byte(guardMark), []byte(block), 1), nil
}

var cellEscapes = strings.NewReplacer("|", `\|`, "<", "&lt;", "[", `\[`, "`", "\\`")

// cell writes text into a cell of a Markdown table.
func cell(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	return cellEscapes.Replace(s)
}
