package aicr

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// unlike lists what an earlier run into the directory was given and this one was not, or in another
// way: a run takes back what its options do not say. Strict makes that an error.
func (r *run) unlike(ctx context.Context) ([]string, error) {
	if r.repeats != "" || r.published() {
		return nil, nil // what differs is meant, or there is nothing to compare with
	}
	earlier, err := readRecord(r.Output)
	if err != nil || earlier == nil {
		return nil, err
	}
	list, err := differences(earlier, &r.recorded, homeOf(ctx, r.Output))
	if err != nil || len(list) == 0 {
		return nil, errors.In(err, "%s in %s", RecordFile, r.Output)
	}
	for i := range list {
		list[i] = "the bundle in " + r.Output + " was made with " + list[i]
	}
	list[len(list)-1] += "; give again what is to stay, or run with `Again` " + r.Output + ", which keeps what is not given"
	if !r.Strict {
		return list, nil
	}
	problems := make([]error, len(list))
	for i, text := range list {
		problems[i] = errors.Invalid("%s", text)
	}
	return nil, errors.Join(problems...)
}

// withheld stands for what a record does not have.
const withheld = "\x00"

// differences compares two records of the same directory.
func differences(earlier, now *record, h home) ([]string, error) {
	was, err := earlier.flat(h)
	if err != nil {
		return nil, err
	}
	is, err := now.flat(h)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, label := range slices.Sorted(maps.Keys(was)) {
		before := was[label]
		after, has := is[label]
		switch {
		case !has:
			list = append(list, shown(label, before)+", and this run is without")
		case before == after || before == withheld || after == withheld:
		case label == "`Sync`": // a file for another cluster, which takes nothing back
		default:
			list = append(list, fmt.Sprintf("%s, and this run with %s", shown(label, before), after))
		}
	}
	return list, nil
}

func shown(label, value string) string {
	switch {
	case value == "" || value == withheld || value == "true" && !strings.Contains(label, ":"):
		return label
	case strings.Contains(label, ":"):
		return label + "=" + value
	}
	return label + " " + value
}

// flat is the record of a bundle as labels with values. What is set for a component is a
// label of its own. No value is a secret, since the record has none.
func (r *record) flat(h home) (map[string]string, error) {
	at := func(rel string) string { return cmp.Or(h.find(rel), rel) }
	var o BundleOptions
	if err := decodeOptions(r.Options, &o); err != nil {
		return nil, err
	}
	flat := map[string]string{}
	for _, f := range optionFields(&o) {
		label := "`" + f.label + "`"
		switch v := f.value.Interface().(type) {
		case []Assignment:
			for _, a := range v {
				text, err := json.Marshal(a.Value)
				if err != nil {
					return nil, err
				}
				flat[label+" "+a.Component+":"+a.Path] = strings.Trim(string(text), `"`)
				if file, isText := a.Value.(string); isText && strings.HasSuffix(f.label, "File") {
					flat[label+" "+a.Component+":"+a.Path] = at(file)
				}
			}
		case []SecretValue:
			for _, s := range v {
				flat[label+" "+s.Component+":"+s.Path] = s.Secret + "/" + s.Key
			}
		case map[string][]string:
			for name, paths := range v {
				for _, path := range paths {
					flat[label+" "+name+":"+path] = ""
				}
			}
		default:
			if !f.value.IsZero() {
				flat[label] = textOf(v)
			}
			if file, isText := v.(string); isText && file != "" && f.label == "Sync" {
				flat[label] = at(file)
			}
		}
	}
	var data []string
	for _, root := range r.Data {
		switch {
		case root.Recipe:
		case root.Source != "":
			data = append(data, root.pinned(root.Source))
		case root.Path != "":
			data = append(data, root.pinned(at(root.Path)))
		}
	}
	if len(data) > 0 {
		flat["`Data`"] = strings.Join(data, " ")
	}
	for _, label := range r.Withheld {
		field, what, _ := strings.Cut(label, " ")
		flat[strings.TrimSpace("`"+field+"` "+what)] = withheld
	}
	return flat, nil
}

// textOf writes the value of an option as a command line has it.
func textOf(v any) string {
	switch v := v.(type) {
	case time.Duration:
		return config.Duration(v)
	case []string:
		return strings.Join(v, " ")
	case map[string]string:
		var pairs []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			pairs = append(pairs, key+"="+v[key])
		}
		return strings.Join(pairs, " ")
	case []Toleration:
		if len(v) == 0 {
			return "none"
		}
		var list []string
		for _, t := range v {
			if t == (Toleration{Exists: true}) {
				list = append(list, "*")
				continue
			}
			list = append(list, t.String())
		}
		return strings.Join(list, " ")
	}
	return fmt.Sprint(v)
}
