package flux

import (
	"bytes"
	"embed"
	"slices"
	"strings"
	"sync"
	"text/template"
	"unicode"

	"github.com/aicr-flux/aicr/internal/substitution"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

// templates parses the templates once, on first use, so that a command that makes no bundle does
// not pay for them.
var templates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{
		"text":     text,
		"guard":    func() string { return guardMark + guard + guardMark },
		"guardToo": func() string { return guardMark + guardToo + guardMark },
		"cell":     cell,
		"prose":    prose,
		"line":     line,
		"link":     link,
		"nth":      func(i int) int { return i + 1 },
	}).ParseFS(templateFiles, "templates/*.tmpl")
})

// guard keeps kustomize-controller's postBuild substitution, where a cluster uses it, from
// rewriting the object; guardToo does so below annotations that are there anyway.
const (
	guard    = "\n  annotations:" + guardToo
	guardToo = "\n    kustomize.toolkit.fluxcd.io/substitute: disabled"
)

// guardMark stands around the guard in an object's metadata. No YAML text holds a NUL, so nothing
// else can look like it.
const guardMark = "\x00"

// execute renders a template under a line that says where the file comes from. An object in whose
// text substitution would find something gets the guard.
func execute(name, comment string, data any) ([]byte, error) {
	t, err := templates()
	if err != nil {
		return nil, err
	}
	return executeBy(t, name, comment, data)
}

// executeLiteral is execute for an object in which Flux substitutes variables: no text that the template
// writes is one.
func executeLiteral(name, comment string, data any) ([]byte, error) {
	t, err := templates()
	if err == nil {
		t, err = t.Clone()
	}
	if err != nil {
		return nil, err
	}
	t.Funcs(template.FuncMap{"text": func(s string) (string, error) { return text(substitution.Literal(s)) }})
	return executeBy(t, name, comment, data)
}

func executeBy(t *template.Template, name, comment string, data any) ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteString(comment + "\n")
	if err := t.ExecuteTemplate(&buf, name+".tmpl", data); err != nil {
		return nil, err
	}
	out := bytes.TrimRight(buf.Bytes(), "\n")
	out = append(out, '\n')
	before, marked, found := bytes.Cut(out, []byte(guardMark))
	if !found {
		return out, nil
	}
	text, after, _ := bytes.Cut(marked, []byte(guardMark))
	if !bytes.Contains(out, []byte("${")) && !bytes.Contains(out, []byte("$$")) {
		text = nil
	}
	return slices.Concat(before, text, after), nil
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
