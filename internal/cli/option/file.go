package option

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// FileKind is the kind of a config file; it may be left out, like its apiVersion.
const FileKind = "BundleConfig"

// configFlag is the flag that names the config file, and the only one that is not a field of it.
const configFlag = "config"

// FieldName returns the field of the config file that is another spelling of a flag: targetRevision
// is --target-revision.
func FieldName(flag string) string {
	words := strings.Split(flag, "-")
	for i := 1; i < len(words); i++ {
		words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
	}
	return strings.Join(words, "")
}

// Fill reads the config file, and gives its values to the flags that were not given. It is strict:
// an unknown field, one that is given twice, or a value of the wrong kind is an invalid request.
//
// Then the options are those of a run, and Warnings says what of the file is not applied.
func (b *Bundle) Fill(ctx context.Context, given *pflag.FlagSet) error {
	if b.configFile != "" {
		if err := b.fillFrom(ctx, given); err != nil {
			return err
		}
	}
	return b.serial()
}

// serial puts --serial into effect, AICR's name for --order chain.
func (b *Bundle) serial() error {
	if !b.Serial {
		return nil
	}
	if b.Ordering == "graph" {
		return errors.Invalid("--serial and --order graph contradict each other; remove one of them")
	}
	b.Ordering = "chain"
	return nil
}

func (b *Bundle) fillFrom(ctx context.Context, given *pflag.FlagSet) error {
	if strings.Contains(b.configFile, "://") {
		return errors.Invalid("config file %s is a URL, and only files are read; download it first", b.configFile)
	}
	noun := "config file " + b.configFile
	data, err := inputfile.Read(ctx, noun, b.configFile, config.MaxDataFile)
	if err != nil {
		return err
	}
	// Of --set and --set-string, those of the file come first.
	set := b.Set
	b.Set = nil
	err = b.fill(data, given)
	b.Set = append(b.Set, set...)
	return errors.In(err, "%s", noun)
}

// fill reads the file into a struct that has a field for each flag.
func (b *Bundle) fill(data []byte, given *pflag.FlagSet) error {
	if yamldoc.Encrypted(data) {
		return errors.Invalid("it is encrypted by SOPS; decrypt it first")
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
	var flags []*pflag.Flag
	var fields []reflect.StructField
	all.VisitAll(func(f *pflag.Flag) {
		of := reflect.TypeFor[string]()
		switch {
		case f.Name == configFlag:
			return
		case Repeatable(f):
			of = reflect.TypeFor[[]string]()
		case f.Value.Type() == "bool":
			of = reflect.TypeFor[bool]()
		}
		flags = append(flags, f)
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("Field%d", len(fields)), Type: of, Tag: reflect.StructTag(fmt.Sprintf("json:%q", FieldName(f.Name)))})
	})
	file := reflect.New(reflect.StructOf(fields))
	root, err := yamldoc.Parse(data)
	var labels map[string]string
	var problems []error
	if err == nil && kindOf(root) == AICRFileKind {
		if root, labels, b.Warnings, problems = translate(root); problems != nil {
			return errors.Join(problems...)
		}
	}
	if err == nil {
		_, err = yamldoc.Decode(root, file.Interface(), yamldoc.Options{})
	}
	problems = append(problems, err)
	for i, f := range flags {
		if value := file.Elem().Field(i); !value.IsZero() && !given.Changed(f.Name) {
			problems = append(problems, give(f, value.Interface(), root, labels)...)
		}
	}
	if !slices.Contains([]string{"", config.APIVersion, config.APIVersionBefore}, apiVersion) || fileKind != "" && fileKind != FileKind {
		problems = append(problems, errors.Invalid("apiVersion %q and kind %q cannot be read; use %s and %s, or leave them out; a file of AICR has %s and %s",
			apiVersion, fileKind, config.APIVersion, FileKind, AICRFileVersion, AICRFileKind))
	}
	return errors.Join(problems...)
}

// kindOf returns the document's kind, before it is known what else it has.
func kindOf(root *yaml.Node) string {
	var head struct {
		Kind string `json:"kind"`
	}
	_, _ = yamldoc.Decode(root, &head, yamldoc.Options{Unknown: yamldoc.Ignore})
	return head.Kind
}

// give gives a flag what the file has. Messages call the field by its label, if it has one.
func give(f *pflag.Flag, value any, root *yaml.Node, labels map[string]string) (problems []error) {
	name := FieldName(f.Name)
	called := cmp.Or(labels[name], name)
	one := func(text, label string, at ...any) {
		if err := read(f, text); err != nil {
			problems = append(problems, yamldoc.Problemf(yamldoc.Line(root, at...), "%s: %s", label, err))
		}
	}
	list, isList := value.([]string)
	if !isList {
		one(fmt.Sprint(value), called, name)
	}
	for i, text := range list {
		one(text, fmt.Sprintf("%s[%d]", called, i), name, i)
	}
	return problems
}

func completeInput(cmd *cobra.Command) {
	complete(cmd, "data", []string{"gz", "tgz"}, cobra.ShellCompDirectiveFilterFileExt) // and directories
	complete(cmd, configFlag, documents, cobra.ShellCompDirectiveFilterFileExt)
}
