package aicr

import (
	stderrors "errors"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// flags are the options that address components, read and resolved.
type flags struct {
	sets         []assignment // --set and --set-string, in order
	files, jsons []assignment
	dynamic      map[string][]string
	scheduling   scheduling
	chartSecrets map[string]string
}

// assignment puts a value at a path of a component's values.
type assignment struct {
	component string
	path      []string
	value     any
	flag      string // as the user wrote it, without the value
}

// readFlags reads all flags and reports all problems at once.
func (r *resolver) readFlags() error {
	o := r.options
	var problems []error
	collect := func(flag, text string, value func(string) (any, error), to *[]assignment) {
		a, err := r.assignment(flag, text, value)
		if err != nil {
			problems = append(problems, err)
			return
		}
		*to = append(*to, a)
	}
	for _, set := range o.Ordered() {
		if set.AsText {
			collect("--set-string", set.Text, func(s string) (any, error) { return s, nil }, &r.flags.sets)
		} else {
			collect("--set", set.Text, func(s string) (any, error) { return values.Typed(s), nil }, &r.flags.sets)
		}
	}
	for _, text := range o.SetFile {
		collect("--set-file", text, fileText, &r.flags.files)
	}
	for _, text := range o.SetJSON {
		collect("--set-json", text, func(s string) (any, error) { return values.DecodeJSON([]byte(s)) }, &r.flags.jsons)
	}
	r.flags.dynamic = map[string][]string{}
	for _, text := range o.Dynamic {
		name, path, err := r.address("--dynamic", text)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		r.flags.dynamic[name] = append(r.flags.dynamic[name], values.JoinPath(path))
	}
	var err error
	if r.flags.scheduling, err = readScheduling(o); err != nil {
		problems = append(problems, err)
	}
	if r.flags.chartSecrets, err = readChartSecrets(o.ChartRepoSecret); err != nil {
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

func (r *resolver) assignment(flag, text string, value func(string) (any, error)) (assignment, error) {
	where, raw, ok := strings.Cut(text, "=")
	if !ok {
		return assignment{}, errors.Invalid("%s %q has no value; write component:path=value", flag, text)
	}
	name, path, err := r.address(flag, where)
	if err != nil {
		return assignment{}, err
	}
	v, err := value(raw)
	if err != nil {
		code := errors.CodeOf(err)
		if code == errors.ErrCodeInternal {
			code = errors.ErrCodeInvalidRequest
		}
		return assignment{}, errors.Wrap(code, err, "%s %s", flag, where)
	}
	return assignment{component: name, path: path, value: v, flag: flag + " " + where}, nil
}

// address reads component:path and finds the component.
func (r *resolver) address(flag, text string) (name string, path []string, err error) {
	alias, dotted, ok := strings.Cut(text, ":")
	if !ok || alias == "" {
		return "", nil, errors.Invalid("%s %q names no component; write component:path", flag, text)
	}
	if name, err = r.registry.Resolve(alias, r.names); err != nil {
		return "", nil, errors.In(err, "%s %s", flag, text)
	}
	if path, err = values.ParsePath(dotted); err != nil {
		return "", nil, errors.Invalid("%s %s: %s", flag, text, err)
	}
	return name, path, nil
}

func fileText(path string) (any, error) {
	info, err := os.Stat(path)
	switch {
	case os.IsNotExist(err):
		return nil, errors.New(errors.ErrCodeNotFound, "file %s does not exist; check the path", path)
	case err != nil:
		return nil, errors.Invalid("file %s cannot be read: %s; check the path and its permissions", path, stderrors.Unwrap(err))
	case info.IsDir():
		return nil, errors.Invalid("%s is a directory; name a file", path)
	case info.Size() > config.MaxDataFile:
		return nil, errors.Invalid("file %s is larger than %d MiB, which a value may have; choose another file", path, config.MaxDataFile>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, errors.Invalid("file %s cannot be read: %s; check the path and its permissions", path, stderrors.Unwrap(err))
	}
	if !utf8.Valid(data) {
		return nil, errors.Invalid("file %s is not UTF-8 text, and values can hold nothing else; encode it", path)
	}
	return string(data), nil
}

func readChartSecrets(list []string) (map[string]string, error) {
	secrets := make(map[string]string, len(list))
	var problems []error
	for _, text := range list {
		host, name, ok := strings.Cut(text, "=")
		if !ok || host == "" || name == "" || strings.Contains(host, "/") {
			problems = append(problems, errors.Invalid("--chart-repo-secret %q is not HOST=NAME", text))
			continue
		}
		secrets[strings.ToLower(host)] = name
	}
	return secrets, errors.Join(problems...)
}
