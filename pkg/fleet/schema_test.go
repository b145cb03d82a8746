package fleet_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/fleet"
)

const schemas = "../../docs/schemas/"

// compile reads a published schema, with those that it refers to.
func compile(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	for _, file := range []string{"diff.schema.json", name} {
		data, err := os.ReadFile(schemas + file)
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err == nil {
			err = c.AddResource("https://github.com/aicr-flux/aicr/docs/schemas/"+file, document)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	schema, err := c.Compile("https://github.com/aicr-flux/aicr/docs/schemas/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, data []byte) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(v)
}

// fields are the names in YAML of the fields of a type, those of embedded types among them.
func fields(of reflect.Type) (names []string) {
	for _, f := range reflect.VisibleFields(of) {
		if !f.Anonymous {
			names = append(names, f.Tag.Get("json"))
		}
	}
	slices.Sort(names)
	return names
}

// The schema of the file has the fields of the types, no more and no less.
func TestTheSchemaHasTheFieldsOfTheTypes(t *testing.T) {
	type object struct {
		AdditionalProperties any            `json:"additionalProperties"`
		Properties           map[string]any `json:"properties"`
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	data, err := os.ReadFile(schemas + "fleet.schema.json")
	if err == nil {
		err = json.Unmarshal(data, &schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	schema.Defs["the file"] = schema.object
	for name, of := range map[string]reflect.Type{
		"the file": reflect.TypeFor[fleet.File](), "bundle": reflect.TypeFor[fleet.Bundle](), "group": reflect.TypeFor[fleet.Group](),
		"cluster": reflect.TypeFor[fleet.Cluster](), "patch": reflect.TypeFor[fleet.Patch](), "from": reflect.TypeFor[fleet.SubstituteFrom](),
	} {
		if difference := cmp.Diff(fields(of), slices.Sorted(maps.Keys(schema.Defs[name].Properties))); difference != "" {
			t.Errorf("%s (-type +schema)\n%s", name, difference)
		}
		if schema.Defs[name].AdditionalProperties != false {
			t.Errorf("%s: the file is read strictly, and the schema takes more", name)
		}
	}
}

// example finds fleet files in the documentation.
var example = regexp.MustCompile("(?s)```yaml\n([^`]*kind: Fleet\n.*?)```")

func TestTheSchemaHoldsTheExamples(t *testing.T) {
	schema := compile(t, "fleet.schema.json")
	texts := map[string]string{"three clusters": threeClusters}
	err := filepath.WalkDir("../../docs", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".md" {
			return err
		}
		data, err := os.ReadFile(file)
		for _, found := range example.FindAllSubmatch(data, -1) {
			texts[file] = string(found[1])
		}
		return err
	})
	if err != nil || len(texts) < 2 {
		t.Fatalf("%d examples, %v", len(texts), err)
	}
	for name, text := range texts {
		data, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := fleet.Parse([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is wrong by the schema is refused by the program, too.
func TestTheSchemaRefusesWhatIsRefused(t *testing.T) {
	schema := compile(t, "fleet.schema.json")
	for _, edit := range [][2]string{
		{"groups:\n", "grops: {}\ngroups:\n"},
		{"{group: canary,", "{group: canary, bundle: new,"},
		{"bundle: old", "bundel: old"},
		{"{group: canary,", "{"},
		{"  a: {", "  ../a: {"},
		{"  a: {", "  A: {"},
		{"source: flux-system}", "oci: oci://h/r}"},
		{"source: flux-system}", "url: https://h/r, source: flux-system}"},
		{"source: flux-system}", "branch: main, source: flux-system}"},
		{"@sha256:" + digest, ":v1"},
		{"SIZE:", "5IZE:"},
		{"kind: Secret, name: vars", "kind: Deployment, name: vars"},
		{"optional: true", "optional: perhaps"},
		{"kind: Fleet", "kind: Flat"},
		{"values: {web: {replicas: 2}}", "values: {web: 2}"},
		{"dependsOn: [storage]", "dependsOn: storage"},
	} {
		text := strings.Replace(threeClusters, edit[0], edit[1], 1)
		data, err := yaml.YAMLToJSON([]byte(text))
		if err != nil || text == threeClusters {
			t.Fatal(edit, err)
		}
		if err := validate(t, schema, data); err == nil {
			t.Errorf("%q: the schema takes it", edit[1])
		}
		if _, err := build(t, text); err == nil {
			t.Errorf("%q: the program takes it", edit[1])
		}
	}
}

// The diff of fleets keeps to its own.
func TestTheDiffKeepsToItsSchema(t *testing.T) {
	schema := compile(t, "fleet-diff.schema.json")
	from := state(t, threeClusters)
	for _, edit := range [][]string{nil, {"bundle: old #", "bundle: new #", "replicas: 2", "replicas: 3", "  b: {", "  d: {", "[storage]", "[net]"}} {
		data, err := json.Marshal(compare(from, state(t, strings.NewReplacer(edit...).Replace(threeClusters))))
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, data); err != nil {
			t.Errorf("%v\n%s", err, data)
		}
	}
}
