package aicr

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// optionField is a field of BundleOptions that shapes the bundle, and so belongs into its record.
// Those that do not are marked with the tag record:"-".
type optionField struct {
	// label is how messages call the field, as in "Sync.Ref".
	label string
	value reflect.Value
}

// optionFields are the fields of o, and of the structs inside it.
func optionFields(o *BundleOptions) []optionField {
	return fieldsOf(reflect.ValueOf(o).Elem(), "")
}

func fieldsOf(v reflect.Value, prefix string) (fields []optionField) {
	for i := range v.NumField() {
		f, at := v.Type().Field(i), v.Field(i)
		switch how := f.Tag.Get("record"); {
		case how == "-" || !f.IsExported():
		case f.Anonymous || how == "inline":
			fields = append(fields, fieldsOf(at, prefix)...)
		case how == "below":
			fields = append(fields, fieldsOf(at, f.Name+".")...)
		default:
			// A struct's field of the name "File" stands for the struct.
			fields = append(fields, optionField{strings.TrimSuffix(prefix+f.Name, ".File"), at})
		}
	}
	return fields
}

// key is how the record calls what has this name in Go: ociSourceName for OCISourceName.
func key(name string) string {
	letters := []rune(strings.ReplaceAll(name, ".", ""))
	for i, r := range letters {
		if !unicode.IsUpper(r) || i > 0 && i+1 < len(letters) && unicode.IsLower(letters[i+1]) {
			break
		}
		letters[i] = unicode.ToLower(r)
	}
	return string(letters)
}

// encodeOptions returns the options that are set.
func encodeOptions(o *BundleOptions) map[string]any {
	set := map[string]any{}
	for _, f := range optionFields(o) {
		if !f.value.IsZero() {
			set[key(f.label)] = encode(f.value)
		}
	}
	return set
}

// encode returns v as values have it: maps, lists, text, numbers.
func encode(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Struct:
		m := map[string]any{}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			switch {
			case f.Tag.Get("record") == "-" || v.Field(i).IsZero() && f.Type.Kind() != reflect.Interface:
			case f.Anonymous:
				inner, _ := encode(v.Field(i)).(map[string]any)
				values.Merge(m, inner)
			default:
				m[key(f.Name)] = encode(v.Field(i))
			}
		}
		return m
	case reflect.Map:
		m := map[string]any{}
		for _, k := range v.MapKeys() {
			m[k.String()] = encode(v.MapIndex(k))
		}
		return m
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = encode(v.Index(i))
		}
		return list
	case reflect.Interface:
		return v.Interface()
	case reflect.Int:
		return v.Int()
	}
	if d, ok := v.Interface().(time.Duration); ok {
		return config.Duration(d)
	}
	return v.Interface()
}

// decodeOptions is the way back from encodeOptions.
func decodeOptions(from map[string]any, o *BundleOptions) error {
	known := map[string]reflect.Value{}
	for _, f := range optionFields(o) {
		known[key(f.label)] = f.value
	}
	return decodeInto(from, known, "options")
}

func decodeInto(from map[string]any, known map[string]reflect.Value, at string) error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(from)) {
		to, ok := known[name]
		if !ok {
			problems = append(problems, errors.Invalid("%s.%s is unknown here; use the version of aicr that made the bundle, or a newer one", at, name))
			continue
		}
		problems = append(problems, decode(from[name], to, at+"."+name))
	}
	return errors.Join(problems...)
}

// decode stores what encode returned.
func decode(from any, to reflect.Value, at string) error {
	given := reflect.ValueOf(from)
	kind := to.Kind()
	if to.Type() == reflect.TypeFor[time.Duration]() {
		text, _ := from.(string)
		d, err := time.ParseDuration(text)
		if err != nil {
			return errors.Invalid("%s is not a duration such as 30m", at)
		}
		to.SetInt(int64(d))
		return nil
	}
	m, isMap := from.(map[string]any)
	list, isList := from.([]any)
	var problems []error
	switch {
	case kind == reflect.Interface:
		if from != nil {
			to.Set(given)
		}
	case kind == reflect.Struct && isMap:
		known := map[string]reflect.Value{}
		for _, f := range reflect.VisibleFields(to.Type()) {
			if !f.Anonymous {
				known[key(f.Name)] = to.FieldByIndex(f.Index)
			}
		}
		return decodeInto(m, known, at)
	case kind == reflect.Map && isMap:
		to.Set(reflect.MakeMap(to.Type()))
		for _, name := range slices.Sorted(maps.Keys(m)) {
			item := reflect.New(to.Type().Elem()).Elem()
			problems = append(problems, decode(m[name], item, at+"."+name))
			to.SetMapIndex(reflect.ValueOf(name), item)
		}
	case kind == reflect.Slice && isList:
		to.Set(reflect.MakeSlice(to.Type(), len(list), len(list)))
		for i, value := range list {
			problems = append(problems, decode(value, to.Index(i), fmt.Sprintf("%s[%d]", at, i)))
		}
	case kind == reflect.Int && given.CanInt():
		to.SetInt(given.Int())
	case given.IsValid() && given.Type() == to.Type():
		to.Set(given)
	default:
		return errors.Invalid("%s is %s, which does not belong there", at, values.Kind(from))
	}
	return errors.Join(problems...)
}
