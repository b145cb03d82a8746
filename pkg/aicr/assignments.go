package aicr

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// assignment is an Assignment that is read.
type assignment struct {
	component string
	path      []string
	value     any
	label     string // what messages call it; it has no value, which may be a secret
	// json says that the value was written as JSON, so that it has the kind that is meant, and
	// verbatim that a text is meant as it stands.
	json, verbatim bool
}

// readAssignments reads what the options say of the values of components, and reports all problems
// at once.
func (r *resolver) readAssignments(ctx context.Context) error {
	var problems []error
	read := func(field string, list []Assignment, value func(any) (any, error)) []assignment {
		var out []assignment
		for _, given := range list {
			a := assignment{label: cmp.Or(given.From, field) + " " + given.Component + ":" + given.Path, json: field == "`SetJSON`" || field == "`SetFile`", verbatim: given.Verbatim || field != "`Set`"}
			err := r.address(&a, given.Component, given.Path)
			if err == nil && field != "`Set`" && a.path[0] == "enabled" {
				err = errors.Invalid("enabled is the component's switch, which only `Set` makes true or false")
			}
			if err == nil {
				a.value, err = value(given.Value)
			}
			if err != nil {
				if r.options.bundled && given.Path == "enabled" && given.Value == false {
					continue // the bundle's recipe.yaml does not have the component any more
				}
				problems = append(problems, errors.In(err, "%s", a.label))
				continue
			}
			out = append(out, a)
		}
		return out
	}
	text := func(name any) (any, error) { return fileText(ctx, name) }
	doc := func(name any) (any, error) { return r.fileValue(ctx, name) }
	r.sets = read("`Set`", r.options.Set, normal)
	r.last = slices.Concat(read("`SetFile`", r.options.SetFile, doc), read("`SetTextFile`", r.options.SetTextFile, text), read("`SetJSON`", r.options.SetJSON, normal))
	paths := func(field string, given map[string][]string) map[string][]string {
		read := map[string][]string{}
		for _, name := range slices.Sorted(maps.Keys(given)) {
			for _, path := range given[name] {
				a := assignment{label: field + " " + name + ":" + path}
				if err := r.address(&a, name, path); err != nil {
					problems = append(problems, errors.In(err, "%s", a.label))
					continue
				}
				r.left = append(r.left, a)
				read[a.component] = append(read[a.component], values.JoinPath(a.path))
			}
		}
		return read
	}
	r.dynamic = paths("`DynamicValues`", r.options.DynamicValues)
	r.variables = paths("`SubstitutedValues`", r.options.SubstitutedValues)
	r.secret = map[string][]deployer.SecretValue{}
	for _, given := range r.options.SecretValues {
		var a assignment
		if err := r.address(&a, given.Component, given.Path); err != nil {
			problems = append(problems, errors.In(err, "%s %s:%s", cmp.Or(given.From, "`SecretValues`"), given.Component, given.Path))
			continue
		}
		a.label = cmp.Or(given.From, "`SecretValues`") + " " + given.Component + ":" + given.Path
		r.left = append(r.left, a)
		r.secret[a.component] = append(r.secret[a.component], given.SecretValue)
	}
	return errors.Join(problems...)
}

// address finds the component and the way to the value.
func (r *resolver) address(a *assignment, name, path string) (err error) {
	if a.component, err = r.registry.Resolve(name, r.names); err != nil {
		return err
	}
	if a.path, err = values.ParsePath(path); err != nil {
		return errors.Invalid("%s", err)
	}
	return nil
}

// normal is a value of any Go type in the form that values have here.
func normal(v any) (any, error) {
	m, err := values.Normalize(map[string]any{"value": v})
	if err != nil {
		return nil, errors.Invalid("%s", err)
	}
	return m["value"], nil
}

// fileValue is what the YAML or JSON file of that name holds, in its first document.
func (r *resolver) fileValue(ctx context.Context, name any) (any, error) {
	text, err := fileText(ctx, name)
	if err != nil {
		return nil, err
	}
	data, _ := text.(string)
	if yamldoc.Encrypted([]byte(data)) {
		return nil, errors.Invalid("file %s is encrypted by SOPS, and its values would be cipher text; decrypt it first, and keep what is secret in a Secret of the cluster (`SecretValues`)", name)
	}
	docs, err := yamldoc.ParseAll([]byte(data))
	if err == nil && len(docs) == 0 {
		err = errors.Invalid("the file is empty, and a value is needed")
	}
	if len(docs) > 1 {
		r.warn("file %s has %d documents, and only the first one is read", name, len(docs))
	}
	var v any
	if err == nil {
		v, err = yamldoc.Value(docs[0])
	}
	if err != nil {
		return nil, errors.Invalid("file %s: %s; for the text of the file use `SetTextFile`", name, err)
	}
	return v, nil
}

// fileText is the text of the file of that name.
func fileText(ctx context.Context, name any) (any, error) {
	path, isText := name.(string)
	if !isText {
		return nil, errors.Invalid("the value is %s, where the path of a file is needed", values.Kind(name))
	}
	data, err := inputfile.Read(ctx, "file "+path, path, config.MaxDataFile)
	switch {
	case err != nil:
		return nil, err
	case !utf8.Valid(data):
		return nil, errors.Invalid("file %s is not UTF-8 text, and values can hold nothing else; encode it", path)
	}
	return string(data), nil
}
