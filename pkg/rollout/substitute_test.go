package rollout_test

import (
	"reflect"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

const withVariables = `apiVersion: v1
kind: ConfigMap
metadata: {name: "a-${NAME:=x}", namespace: default, annotations: {aicr.run/variables: "NAME,PORT"}}
data: {port: "${PORT}", literal: "$${HOME} $$$$ $x", both: "$${a}${PORT}"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other, namespace: default}
data: {port: "${PORT}", literal: "$${HOME}"}
`

func TestVariablesAreFilledInAsFarAsTheyAreKnown(t *testing.T) {
	bundle := fstest.MapFS{"kustomization.yaml": {Data: []byte("resources: [a.yaml]\n")}, "a.yaml": {Data: []byte(withVariables)}}
	for name, c := range map[string]struct {
		given       *rollout.Given
		made, other map[string]any
		called      string
	}{
		"nothing is known": {nil, map[string]any{"port": "${PORT}", "literal": "${HOME} $$ $x", "both": "${a}${PORT}"}, map[string]any{"port": "${PORT}", "literal": "$${HOME}"}, "a-${NAME:=x}"},
		"nothing is given": {&rollout.Given{}, map[string]any{"port": "${PORT}", "literal": "${HOME} $$ $x", "both": "${a}${PORT}"}, map[string]any{"port": "${PORT}", "literal": "$${HOME}"}, "a-${NAME:=x}"},
		"one is given":     {&rollout.Given{Values: map[string]string{"PORT": "8080"}}, map[string]any{"port": int64(8080), "literal": "${HOME} $$ $x", "both": "${a}8080"}, map[string]any{"port": int64(8080), "literal": "${HOME}"}, "a-x"},
		"there are more":   {&rollout.Given{Values: map[string]string{"PORT": "1\n2"}, More: true}, map[string]any{"port": int64(12), "literal": "${HOME} $$ $x", "both": "${a}12"}, map[string]any{"port": int64(12), "literal": "${HOME}"}, "a-${NAME}"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := rollout.Read(t.Context(), bundle, rollout.Options{Given: c.given})
			if err != nil {
				t.Fatal(err)
			}
			made, other := r.Objects[0], r.Objects[1]
			if !reflect.DeepEqual(made.Get("data"), any(c.made)) || !reflect.DeepEqual(other.Get("data"), any(c.other)) || made.Name != c.called {
				t.Errorf("%s %v, %v", made.Name, made.Content, other.Content)
			}
			want := []rollout.Variable{{Name: "NAME", Objects: []string{made.String()}}, {Name: "PORT", Required: true, Objects: []string{made.String()}}}
			if got := r.Variables(); !reflect.DeepEqual(got, want) {
				t.Errorf("variables %v, want %v", got, want)
			}
		})
	}
}
