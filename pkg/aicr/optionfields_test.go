package aicr

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/values"
)

// fill sets v to something that is not zero.
func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString("1.10")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(7)
	case reflect.Int64:
		v.SetInt(int64(90 * time.Minute))
	case reflect.Interface:
		v.Set(reflect.ValueOf(map[string]any{"list": []any{int64(1), 2.5, "on", nil, true}}))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("record") != "-" {
				fill(t, v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0))
		fill(t, v.Index(1))
	case reflect.Map:
		item := reflect.New(v.Type().Elem()).Elem()
		fill(t, item)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("no"), item)
	default:
		t.Fatalf("no example of a %s", v.Type())
	}
}

// TestTheRecordHasEveryOptionThatShapesTheBundle writes each alone and reads it back.
func TestTheRecordHasEveryOptionThatShapesTheBundle(t *testing.T) {
	var all BundleOptions
	fields := optionFields(&all)
	if len(fields) < 40 {
		t.Fatalf("only %d options are recorded", len(fields))
	}
	for i, f := range fields {
		var o, back BundleOptions
		fill(t, optionFields(&o)[i].value)
		text, err := values.Encode(encodeOptions(&o), 0)
		if err != nil {
			t.Fatalf("%s: %v", f.label, err)
		}
		read, err := values.Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := decodeOptions(read, &back); err != nil {
			t.Errorf("%s: %v", f.label, err)
		}
		if diff := cmp.Diff(o, back, cmpopts.IgnoreUnexported(BundleOptions{}, oci.Connection{})); diff != "" {
			t.Errorf("%s:\n%s%s", f.label, text, diff)
		}
	}
}

func TestKey(t *testing.T) {
	for name, want := range map[string]string{
		"OCISourceName": "ociSourceName", "RepoURL": "repoURL", "SetJSON": "setJSON", "Sync.Ref": "syncRef", "Set": "set", "APIVersion": "apiVersion", "Verify.Provider": "verifyProvider",
	} {
		if got := key(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
