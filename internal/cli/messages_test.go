package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
)

// libraryTexts hands over each text in the library's own files.
func libraryTexts(t *testing.T, each func(at, text string)) {
	t.Helper()
	count := 0
	for _, dir := range []string{"../../pkg", "../../examples"} {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if _, isTag := n.(*ast.Field); isTag {
					return false
				}
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					text, err := strconv.Unquote(lit.Value)
					if err != nil {
						t.Fatal(err)
					}
					count++
					each(files.Position(lit.Pos()).String(), text)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if count < 1000 {
		t.Fatalf("only %d texts", count)
	}
}

// TestTheLibraryKnowsNoFlags of this program. Those of other programs it may name, and
// where it runs helm it must.
func TestTheLibraryKnowsNoFlags(t *testing.T) {
	foreign := regexp.MustCompile(`flux (get|install) .*|--feature-gates=\S+|--helm-chart-max-size|--host=\S+|--(from-(literal|file)|docker-(server|username|password))=\S*|helm repo add --username|helm --set`)
	flag := regexp.MustCompile(`--[a-z]{3,}`)
	libraryTexts(t, func(at, text string) {
		if strings.Contains(at, "clipuller.go") || strings.Contains(at, "chartpull/cli.go") {
			return
		}
		if found := flag.FindString(foreign.ReplaceAllString(text, "")); found != "" {
			t.Errorf("%s: the text names the flag %s; name the field in backquotes", at, found)
		}
	})
}

// TestEachFieldInAMessageHasAFlag, so that the command line can spell it.
func TestEachFieldInAMessageHasAFlag(t *testing.T) {
	spell := option.NewSpeller(newRootCmd(&output.Printer{}))
	field := regexp.MustCompile("`[A-Z][A-Za-z]*(?:[.][A-Z][A-Za-z]*)?`")
	seen := 0
	libraryTexts(t, func(at, text string) {
		for _, quoted := range field.FindAllString(text, -1) {
			seen++
			if name := strings.Trim(quoted, "`"); spell.Flag(name) == "" && !notFields[name] {
				t.Errorf("%s: no flag stands for the field %s", at, quoted)
			}
		}
	})
	if seen < 50 {
		t.Errorf("only %d fields", seen)
	}
}

// notFields are names in backquotes that are kinds of objects, and fields that only a
// Go program can set.
var notFields = map[string]bool{}

// TestEachFieldHasOneFlag: two flags that stand for one field could not be told apart.
func TestEachFieldHasOneFlag(t *testing.T) {
	flags := map[string]string{}
	var check func(cmd *cobra.Command)
	check = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			for _, field := range option.FieldsOf(f) {
				if other := flags[field]; other != "" && other != f.Name {
					t.Errorf("%s is --%s and --%s", field, other, f.Name)
				}
				flags[field] = f.Name
			}
		})
		for _, sub := range cmd.Commands() {
			check(sub)
		}
	}
	check(newRootCmd(&output.Printer{}))
	if len(flags) < 60 {
		t.Errorf("only %d fields", len(flags))
	}
}
