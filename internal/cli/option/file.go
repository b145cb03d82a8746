package option

import (
	stderrors "errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/document"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// FileKind is the kind of a config file; it may be left out, like its apiVersion.
const FileKind = "BundleConfig"

// configFlag is the flag that names the config file, and the only one that is not a
// field of it.
const configFlag = "config"

// FieldName returns the field of the config file that is another spelling of a flag:
// targetRevision is --target-revision.
func FieldName(flag string) string {
	words := strings.Split(flag, "-")
	for i := 1; i < len(words); i++ {
		words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
	}
	return strings.Join(words, "")
}

// Fill reads the config file, and gives its values to the flags that were not given.
// It is strict: an unknown field, one that is given twice, or a value of the wrong
// kind is an invalid request.
func (b *Bundle) Fill(given *pflag.FlagSet) error {
	if b.configFile == "" {
		return nil
	}
	data, err := os.ReadFile(b.configFile)
	if stderrors.Is(err, fs.ErrNotExist) {
		return errors.New(errors.ErrCodeNotFound, "config file %s does not exist; check the path", b.configFile)
	}
	if pathErr, ok := stderrors.AsType[*fs.PathError](err); ok {
		return errors.Invalid("config file %s cannot be read: %s; check the path and its permissions", b.configFile, pathErr.Err)
	}
	root, err := document.Parse(data)
	if err != nil {
		return errors.Invalid("config file %s: %s", b.configFile, err)
	}
	// Of --set and --set-string, those of the file come first.
	set := b.Set
	b.Set = nil
	err = b.fill(root, given)
	b.Set = append(b.Set, set...)
	return errors.In(err, "config file %s", b.configFile)
}

func (b *Bundle) fill(root *yaml.Node, given *pflag.FlagSet) error {
	if root == nil {
		return nil
	}
	if root.Kind != yaml.MappingNode {
		return errors.Invalid("line %d: the document is %s, where a map is needed", root.Line, kind(root))
	}
	all := newSet()
	var apiVersion, fileKind string
	all.text(&apiVersion, "apiVersion", "")
	all.text(&fileKind, "kind", "")
	for _, section := range b.sections() {
		for _, g := range section.groups {
			g(all)
		}
	}
	var problems []error
	values := map[string]*yaml.Node{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key := root.Content[i]
		first, twice := values[key.Value]
		switch {
		case twice:
			problems = append(problems, errors.Invalid("line %d: the field %q stands twice (first on line %d); remove one", key.Line, key.Value, first.Line))
		case lookUp(all, key.Value) == nil:
			problems = append(problems, errors.Invalid("line %d: there is no field %q; %s", key.Line, key.Value, nearest(all, key.Value)))
		default:
			values[key.Value] = root.Content[i+1]
		}
	}
	// In the order of the flags, whatever that of the file is: set before setString.
	all.VisitAll(func(f *pflag.Flag) {
		name := FieldName(f.Name)
		if n := values[name]; n != nil && (given.Lookup(f.Name) == nil || !given.Changed(f.Name)) {
			problems = append(problems, give(f, name, n)...)
		}
	})
	if apiVersion != "" && apiVersion != config.APIVersion || fileKind != "" && fileKind != FileKind {
		problems = append(problems, errors.Invalid("apiVersion %q and kind %q cannot be read; use %s and %s, or leave them out", apiVersion, fileKind, config.APIVersion, FileKind))
	}
	return errors.Join(problems...)
}

func lookUp(all *set, field string) (found *pflag.Flag) {
	all.VisitAll(func(f *pflag.Flag) {
		if FieldName(f.Name) == field && f.Name != configFlag {
			found = f
		}
	})
	return found
}

// nearest says what may be meant by a field that there is not.
func nearest(all *set, field string) string {
	near, distance := "remove it", 3
	all.VisitAll(func(f *pflag.Flag) {
		if d := levenshtein.ComputeDistance(FieldName(f.Name), field); d < distance && f.Name != configFlag {
			near, distance = fmt.Sprintf("did you mean %q?", FieldName(f.Name)), d
		}
	})
	return near
}

// give gives a flag what the file has.
func give(f *pflag.Flag, name string, n *yaml.Node) (problems []error) {
	needed := func(n *yaml.Node, name, what string) {
		problems = append(problems, errors.Invalid("line %d: %s is %s, where %s is needed", n.Line, name, kind(n), what))
	}
	one := func(n *yaml.Node, name string) {
		n = resolved(n)
		text, on := n.Value, false
		switch {
		case n.Kind != yaml.ScalarNode:
			needed(n, name, "a single value")
			return
		case f.Value.Type() != "bool":
		case n.ShortTag() == "!!str" && n.Style != 0 || n.Decode(&on) != nil: // yes and on are booleans without quotes
			needed(n, name, "true or false")
			return
		default:
			text = strconv.FormatBool(on)
		}
		read := f.Value.Set
		if v, ok := f.Value.(*value); ok {
			read = v.read
		}
		if err := read(text); err != nil {
			problems = append(problems, errors.Invalid("line %d: %s: %s", n.Line, name, err))
		}
	}
	n = resolved(n)
	switch {
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null":
	case !Repeatable(f):
		one(n, name)
	case n.Kind != yaml.SequenceNode:
		needed(n, name, "a list")
	default:
		for i, item := range n.Content {
			one(item, fmt.Sprintf("%s[%d]", name, i))
		}
	}
	return problems
}

func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	}
	return fmt.Sprintf("%q", n.Value)
}

func completeInput(cmd *cobra.Command) {
	complete(cmd, "data", nil, cobra.ShellCompDirectiveFilterDirs)
	complete(cmd, configFlag, []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
}
