package config

import (
	stderrors "errors"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// FileKind is the kind of a config file; it may be left out, like its
// apiVersion.
const FileKind = "BundleConfig"

// file is the document around the options.
type file struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Options
}

// ReadFile reads a config file, strictly: an unknown field, a field given
// twice, or a value of the wrong kind is an invalid request.
func ReadFile(path string) (Options, error) {
	data, err := os.ReadFile(path)
	if stderrors.Is(err, fs.ErrNotExist) {
		return Options{}, errors.New(errors.ErrCodeNotFound, "config file %s does not exist; check the path", path)
	}
	if err != nil {
		return Options{}, errors.Invalid("config file %s cannot be read: %s; check the path and its permissions", path, reason(err))
	}
	var f file
	if err := yamldoc.Unmarshal(data, &f, yamldoc.Options{}); err != nil {
		return Options{}, errors.In(err, "config file %s", path)
	}
	if f.APIVersion != "" && f.APIVersion != APIVersion || f.Kind != "" && f.Kind != FileKind {
		return Options{}, errors.Invalid("config file %s: apiVersion %q and kind %q cannot be read; use %s and %s, or leave them out", path, f.APIVersion, f.Kind, APIVersion, FileKind)
	}
	return f.Options, nil
}

// reason is what the system says of a file, without the path again.
func reason(err error) string {
	if pathErr, ok := stderrors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}

// Merge returns the file's options with those replaced that were given as
// flags; given is asked with the flag's name.
func Merge(fromFile, flags Options, given func(flag string) bool) Options {
	out := fromFile
	dst, src := reflect.ValueOf(&out).Elem(), reflect.ValueOf(flags)
	for _, field := range Fields() {
		if given(FlagName(field)) {
			dst.FieldByIndex(field.Index).Set(src.FieldByIndex(field.Index))
		}
	}
	if given("set") || given("set-string") {
		out.Assignments = nil
		if !given("set") {
			out.Assignments = append(out.Assignments, (&Options{Set: fromFile.Set}).Ordered()...)
		}
		if !given("set-string") {
			out.Assignments = append(out.Assignments, (&Options{SetString: fromFile.SetString}).Ordered()...)
		}
		out.Assignments = append(out.Assignments, flags.Assignments...)
	}
	return out
}

// Fields returns the fields of Options that are options, those of ChartPull and
// Publish included.
func Fields() []reflect.StructField {
	return slices.DeleteFunc(reflect.VisibleFields(reflect.TypeFor[Options]()), func(f reflect.StructField) bool { return FlagName(f) == "" })
}

// FlagName returns the flag that a field of Options is, or "" for none: the
// file's targetRevision is the flag target-revision.
func FlagName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	var b strings.Builder
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('-')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
