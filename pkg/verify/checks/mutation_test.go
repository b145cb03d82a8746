package checks_test

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// mutation breaks a good bundle somewhere that r picks.
type mutation struct {
	kind string
	// listed keeps the checksums, which then betray the change; otherwise the bundle has none, as
	// if they had been made after the change.
	listed bool
	// checks are the right ones: one of them must find it. A kind without any is one that no
	// check finds, and the page says why.
	checks []string
	// apply returns what it did, "" where the bundle has nothing to break.
	apply func(r *rand.Rand, bundle fstest.MapFS) string
}

// seeds is how many mutants of each kind come of each bundle.
const seeds = 1

// page is where contributors read how verify is proven.
const page = "../../../docs/contributing/verify.md"

// TestMutants applies every kind of mutation to good bundles. Each mutant must be caught by the
// right check, or be of a kind whose survival the page explains. The score by kind is printed.
func TestMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of bundles: not with -short")
	}
	s := &score{perKind: map[string]*tally{}}
	t.Run("bundles", func(t *testing.T) {
		for name, bundle := range goodBundles(t) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				if report := verifyAll(t, bundle, verify.Options{}); report.Worst(verify.SeverityWarning) {
					t.Fatalf("it is not good:\n%s", list(report))
				}
				for _, m := range mutations {
					for seed := range uint64(seeds) {
						s.try(t, m, rand.New(rand.NewPCG(seed, uint64(len(name)))), bundle)
					}
				}
			})
		}
	})
	for _, m := range mutations {
		if s.perKind[m.kind] == nil {
			t.Errorf("%s: no bundle has anything to break", m.kind)
		}
	}
	total := s.total()
	t.Logf("%d of %d mutants of %d kinds are caught by the right check\n%s", total.caught, total.mutants, len(s.perKind), s)
	if total.mutants < 300 || total.caught*100 < total.mutants*97 {
		t.Errorf("want at least 97 of 100 caught, of at least 300")
	}
}

// TestMutationsAreExplained holds the list against the page, and the kinds apart.
func TestMutationsAreExplained(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, m := range mutations {
		if kinds[m.kind] {
			t.Errorf("%s: two mutations have this name", m.kind)
		}
		kinds[m.kind] = true
		for _, check := range m.checks {
			if _, err := verify.Lookup(check); err != nil {
				t.Errorf("%s: %v", m.kind, err)
			}
		}
		if explained := strings.Contains(string(text), "\n| "+m.kind+" |"); explained != (len(m.checks) == 0) {
			t.Errorf("%s: a row of %s has it: %t; its right checks are %v", m.kind, page, explained, m.checks)
		}
	}
	if len(kinds) < 120 {
		t.Errorf("only %d kinds of mutations", len(kinds))
	}
}

// goodBundles are an example in several forms, with checksums and without a finding that is an
// error.
func goodBundles(t *testing.T) map[string]fstest.MapFS {
	t.Helper()
	recipe := example(t, examples.Names()[0])
	bundles := map[string]fstest.MapFS{}
	for _, form := range []string{"git", "oci", "dynamic", "vendored", "air-gap"} {
		o := forms[form]
		o.Recipe = recipe
		bundles[form] = inMemory(t, o)
	}
	return bundles
}

func inMemory(t testing.TB, o aicr.BundleOptions) fstest.MapFS {
	t.Helper()
	files, err := render(t, o)
	if err != nil {
		t.Fatal(err)
	}
	root := withChecksums(t, files)
	bundle := fstest.MapFS{}
	err = fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, file)
		bundle[file] = &fstest.MapFile{Data: data, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

// pick returns one of the files that match, "" where no file does.
func pick(r *rand.Rand, bundle fstest.MapFS, pattern string) string {
	match := regexp.MustCompile(pattern)
	var files []string
	for _, file := range slices.Sorted(maps.Keys(bundle)) {
		if match.MatchString(file) {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return ""
	}
	return files[r.IntN(len(files))]
}

// replaces returns a mutation that changes one match of a regular expression in one of the files
// that have any.
func replaces(files, expression, replacement string) func(*rand.Rand, fstest.MapFS) string {
	match, old := regexp.MustCompile(files), regexp.MustCompile(expression)
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		var having []string
		for _, file := range slices.Sorted(maps.Keys(bundle)) {
			if match.MatchString(file) && old.Match(bundle[file].Data) {
				having = append(having, file)
			}
		}
		if len(having) == 0 {
			return ""
		}
		file := having[r.IntN(len(having))]
		text := string(bundle[file].Data)
		places := old.FindAllStringSubmatchIndex(text, -1)
		at := places[r.IntN(len(places))]
		instead := string(old.ExpandString(nil, replacement, text, at))
		put(bundle, file, text[:at[0]]+instead+text[at[1]:])
		return fmt.Sprintf("%s: %q instead of %q", file, instead, text[at[0]:at[1]])
	}
}

func put(bundle fstest.MapFS, file, text string) {
	bundle[file] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
}

// appends adds text to one of the files.
func appends(files, text string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		file := pick(r, bundle, files)
		if file == "" {
			return ""
		}
		put(bundle, file, strings.TrimSuffix(string(bundle[file].Data), "\n")+"\n"+text)
		return file + ": appended " + text
	}
}

func removes(files string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		file := pick(r, bundle, files)
		delete(bundle, file)
		return file
	}
}

func adds(file, text string) func(*rand.Rand, fstest.MapFS) string {
	return func(_ *rand.Rand, bundle fstest.MapFS) string {
		put(bundle, file, text)
		return file
	}
}

func isRelease(file string) bool { return regexp.MustCompile(releases).MatchString(file) }

func contains(bundle fstest.MapFS, file, text string) bool {
	return strings.Contains(string(bundle[file].Data), text)
}

// oneOf picks one of the files that fit.
func oneOf(r *rand.Rand, bundle fstest.MapFS, fits func(string) bool) string {
	files := slices.DeleteFunc(slices.Sorted(maps.Keys(bundle)), func(file string) bool { return !fits(file) })
	if len(files) == 0 {
		return ""
	}
	return files[r.IntN(len(files))]
}

func replaceOnce(text, old, instead string) string { return strings.Replace(text, old, instead, 1) }

func nameOf(bundle fstest.MapFS, file string) string { return fieldOf(bundle, file, "name") }

// fieldOf returns the text of a field with two spaces before it.
func fieldOf(bundle fstest.MapFS, file, field string) string {
	m := regexp.MustCompile(`(?m)^  ` + field + `: (.*)$`).FindSubmatch(bundle[file].Data)
	if m == nil {
		return ""
	}
	return string(m[1])
}

func setField(text, field, value string) string {
	return regexp.MustCompile(`(?m)^  `+field+`: .*$`).ReplaceAllString(text, "  "+field+": "+value)
}
