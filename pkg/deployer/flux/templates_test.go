package flux_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// A scalar that a template writes goes through one quoting function, or it is
// a whole block of YAML, a boolean, or the guard.
func TestNoTemplateHasABareScalar(t *testing.T) {
	action := regexp.MustCompile(`\{\{-? *(.*?) *-?\}\}`)
	fine := regexp.MustCompile(`^(text |guard(Too)?$|if |range |with |end$|else|template |define |/\*|\.[A-Za-z]*YAML$|\.CreateNamespace$)`)
	dir := os.DirFS("templates")
	names, err := fs.Glob(dir, "*.tmpl")
	if err != nil || len(names) < 8 {
		t.Fatalf("%v: %v", names, err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(data), "\n") {
			if strings.HasSuffix(name, ".md.tmpl") && !regexp.MustCompile(`^ {7,}\w+:`).MatchString(line) {
				continue // prose
			}
			for _, m := range action.FindAllStringSubmatch(line, -1) {
				if !fine.MatchString(m[1]) {
					t.Errorf("%s:%d writes %s without text", name, n+1, m[0])
				}
			}
		}
	}
}
