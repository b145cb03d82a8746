package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/cli/option"
	"github.com/aicr-flux/aicr/internal/cli/output"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/checks"
)

// The directories with pages that these tests write.
const (
	docsDir   = "../../docs/cli"
	checksDir = "../../docs/checks"
)

// TestDocs compares the command reference with the commands themselves;
// UPDATE_GOLDEN=1 writes it anew.
func TestDocs(t *testing.T) {
	pages := map[string]string{"config-file.md": configPage()}
	addPages(t, pages, newRootCmd(&output.Printer{}))
	comparePages(t, docsDir, pages)
}

// TestDocs_Checks compares the pages of the checks with what --explain prints.
func TestDocs_Checks(t *testing.T) {
	spell := option.NewSpeller(newRootCmd(&output.Printer{})).Spell
	const generated = "<!-- Generated from the program by make docs: change the texts in pkg/verify. -->\n\n"
	pages := map[string]string{"README.md": generated + checks.IndexPage()}
	for _, check := range verify.Checks() {
		pages[check.ID+".md"] = generated + spell(page(check))
	}
	comparePages(t, checksDir, pages)
}

// comparePages wants exactly these pages in dir.
func comparePages(t *testing.T, dir string, pages map[string]string) {
	t.Helper()
	if updateGolden() {
		writePages(t, dir, pages)
	}
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s/%s differs from the program, run make docs (-program +page):\n%s", dir, name, diff)
		}
	}
	there, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range there {
		if _, known := pages[filepath.Base(file)]; !known {
			t.Errorf("%s describes nothing of the program; remove it", file)
		}
	}
}

func writePages(t *testing.T, dir string, pages map[string]string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const generatedPage = "<!-- Generated from the program by make docs: change the help texts in internal/cli. -->\n\n"

// addPages adds the page of a command and those of its sub-commands.
func addPages(t *testing.T, pages map[string]string, cmd *cobra.Command) {
	t.Helper()
	var page bytes.Buffer
	if err := doc.GenMarkdownCustom(cmd, &page, func(link string) string { return link }); err != nil {
		t.Fatal(err)
	}
	// The page has the flags in one list; --help has them in groups.
	own, shared, found := strings.Cut(page.String(), "### Options inherited from parent commands\n\n```\n"+cmd.InheritedFlags().FlagUsages()+"```\n\n")
	if found && !cmd.HasAvailableLocalFlags() {
		own += "### Options\n\n```\n```\n\n"
	}
	grouped := strings.Replace(own, "### Options\n\n```\n"+cmd.NonInheritedFlags().FlagUsages(), "### Options\n\n```\n"+flagHelp(cmd), 1) + shared
	grouped = strings.ReplaceAll(grouped, ` \. `, " `\\.` ") // Markdown would take the backslash away
	pages[strings.ReplaceAll(cmd.CommandPath(), " ", "_")+".md"] = generatedPage + strings.TrimRight(grouped, "\n") + "\n"
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			addPages(t, pages, sub)
		}
	}
}

// configPage describes the --config file from the flags.
func configPage() string {
	var b strings.Builder
	b.WriteString(generatedPage)
	fmt.Fprintf(&b, `## The --config file

`+"`aicr bundle --config FILE`"+` reads options from a YAML file. Each flag is a field; a flag on the command line replaces
the field, a repeated one the whole list. An unknown field, or a field given twice, is an error. Paths are relative to
the directory that the command runs in, not to the file.

`+"```yaml"+`
apiVersion: %s # may be left out
kind: %s # may be left out
recipe: recipe.yaml
output: bundles/a
repo: https://github.com/org/repo.git
repoPath: bundles/a
set:
  - gpu-operator:driver.version=580.82.07
`+"```"+`

| field | type | flag | meaning |
|---|---|---|---|
`, config.APIVersion, option.FileKind)
	newBundleCmd(&output.Printer{}).Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "config" {
			_, usage := pflag.UnquoteUsage(f)
			usage = strings.NewReplacer("; repeatable", "", "|", `\|`, "*", `\*`).Replace(usage)
			fmt.Fprintf(&b, "| `%s` | %s | `--%s` | %s |\n", option.FieldName(f.Name), typeName(f), f.Name, usage)
		}
	})
	b.WriteString("\nIn the file, all of `set` comes before all of `setString`. `--set` on the command line replaces `set` and leaves\n" +
		"`setString` alone, and the other way round; what the command line gives comes after what the file gives.\n")
	fmt.Fprintf(&b, `
## A configuration file of AICR

A file of AICR's own (`+"`kind: %s`, `apiVersion: %s`"+` or the one before AICR 1.0) is read instead of ours. What `+"`spec.bundle`"+` says is
what the flags of the same meaning say, and flags replace it in the same way; an empty list of tolerations is `+"`none`"+`. The other parts are
about other commands of AICR: their form is checked, and they change nothing. Fields for other deployers and for signing are named in a
warning. Unknown fields are errors.
`, option.AICRFileKind, option.AICRFileVersion)
	return b.String()
}

func typeName(f *pflag.Flag) string {
	switch {
	case option.Repeatable(f):
		return "list of texts"
	case option.Words(f) != nil:
		return "`" + strings.Join(option.Words(f), "`, `") + "`"
	case f.Value.Type() == "DURATION":
		return "duration: `30m`"
	case f.Value.Type() == "bool":
		return "true or false"
	case f.Value.Type() == "NUMBER":
		return "number"
	}
	return "text"
}

// markdown returns the project's Markdown files.
func markdown(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "examples/*/*.md", "*/*/testdata/*.md", "*/*/testdata/*/README.md"} {
		found, err := filepath.Glob("../../" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 8 {
		t.Fatalf("only %d Markdown files: %q", len(files), files)
	}
	return files
}

func readPage(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestMarkdown_CommandsExist parses each line of code that begins with aicr,
// as the program would.
func TestMarkdown_CommandsExist(t *testing.T) {
	count := 0
	for _, file := range markdown(t) {
		for _, line := range commandLines(readPage(t, file)) {
			count++
			if err := parse(line); err != nil {
				t.Errorf("%s: %s\n  %v", file, line, err)
			}
		}
	}
	if count < 20 {
		t.Errorf("only %d commands found", count)
	}
	if parse("aicr bundle --recpie x") == nil || parse("aicr deploy") == nil || parse("aicr init") == nil {
		t.Error("a wrong command is found to be right")
	}
}

// commandLines returns the lines of code that begin with aicr, each with the
// lines that continue it; the usage line of a command is not one.
func commandLines(page string) []string {
	var found []string
	code, open := false, false
	for line := range strings.Lines(page) {
		text := strings.TrimSpace(line)
		if strings.HasPrefix(text, "```") {
			code, open = !code, false
			continue
		}
		if !code && !strings.HasPrefix(line, "    ") {
			open = false
			continue
		}
		text, continued := strings.CutSuffix(text, `\`)
		switch {
		case open:
			found[len(found)-1] += text
		case strings.HasPrefix(text, "aicr ") && !strings.HasSuffix(text, "[flags]"):
			found = append(found, text)
			open = true
		}
		open = open && continued
	}
	return found
}

func parse(line string) error {
	root := newRootCmd(&output.Printer{})
	root.InitDefaultHelpCmd()
	cmd, rest, err := root.Find(words(line)[1:])
	if err != nil {
		return err
	}
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	if err := option.Problems(cmd.Flags()); err != nil {
		return err
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

// words splits a line as a shell does, as far as the documentation needs it.
func words(line string) []string {
	var found []string
	var word strings.Builder
	var quote rune
	begun := false
	end := func() {
		if begun {
			found = append(found, word.String())
		}
		word.Reset()
		begun = false
	}
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, begun = r, true
		case quote == 0 && (r == '#' && !begun || r == '>' || r == '|' || r == ')'):
			end()
			return found
		case quote == 0 && r == ' ':
			end()
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	end()
	return found
}
