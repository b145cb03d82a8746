package proof

import (
	"strings"
	"testing"
)

// A build refuses a key that is given twice before StrictDecode sees it, so this asks StrictDecode alone.
func TestStrictDecodeRefusesDuplicateFields(t *testing.T) {
	text := []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {x: '1'}\ndata: {x: '2'}\n")
	built, err := parse([]byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = StrictDecode(Object{File: "a.yaml", Source: text, Built: built})
	if err == nil || !strings.Contains(err.Error(), `"data" already`) {
		t.Errorf("got %v", err)
	}
}

// The API server's strict decoding knows no second spelling of a field, encoding/json does.
func TestStrictDecodeMindsCase(t *testing.T) {
	text := []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\nDATA: {x: '1'}\n")
	built, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	_, err = StrictDecode(Object{File: "a.yaml", Source: text, Built: built})
	if err == nil || !strings.Contains(err.Error(), `unknown field "DATA"`) {
		t.Errorf("got %v", err)
	}
}
