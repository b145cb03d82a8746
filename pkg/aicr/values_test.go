package aicr_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestADynamicPathIsNotInjected: each cluster says where its pods run.
func TestADynamicPathIsNotInjected(t *testing.T) {
	dir := tree(t, map[string]string{
		"recipe.yaml":   "componentRefs:\n" + chartOf("app", "  overrides: {tol: [{key: a}]}\n"),
		"registry.yaml": "components:\n- {name: app, nodeScheduling: {system: {nodeSelectorPaths: [new.sel, other], tolerationPaths: [tol]}}}\n",
	})
	o := options(dir)
	o.DynamicValues, o.Scheduling.SystemNodeSelector = dynamic("app:tol", "app:new"), map[string]string{"a": "b"}
	g, _ := resolve(t, o)
	same(t, "{tol: [{key: a}], other: {a: b}}", g.Values["app"])
}

const valuesFile = "  valuesFile: components/app/prod.yaml\n"

// TestValuesOfAComponent has a row for each sentence on the layers, weakest
// first.
func TestValuesOfAComponent(t *testing.T) {
	for name, c := range map[string]struct {
		common, file, overrides string // YAML
		options                 aicr.BundleOptions
		want                    string
	}{
		"1 the common file is below the values file": {common: "a: 1\nb: 1", file: "b: 2", want: "{a: 1, b: 2}"},
		"1 absent is fine":                           {file: "b: 2", want: "{b: 2}"},
		"1 not read without a values file":           {common: "a: 1", want: "{}"},
		"3 overrides win over files":                 {common: "a: 1", file: "a: 2", overrides: "{a: 3}", want: "{a: 3}"},
		"3 enabled is no value":                      {overrides: "{enabled: true, a: 3}", want: "{a: 3}"},
		"3 a lower enabled is one":                   {overrides: "{a: {enabled: true}}", want: "{a: {enabled: true}}"},
		"3 enabled in a values file is one":          {file: "enabled: false", overrides: "{enabled: true}", want: "{enabled: false}"},
		"4 set wins over overrides":                  {overrides: "{a: 3}", options: aicr.BundleOptions{Set: set("app:a=4")}, want: "{a: 4}"},
		"4 set is typed":                             {options: aicr.BundleOptions{Set: set("app:a=570.10", "app:b=true", "app:c=1.5", "app:d=007", "app:e=null", "app:f=")}, want: `{a: "570.10", b: true, c: 1.5, d: "007", e: "null", f: ""}`},
		"4 set-string is not":                        {options: aicr.BundleOptions{Set: setText("app:a=1", "app:b=true")}, want: `{a: "1", b: "true"}`},
		"4 dots and their escape":                    {options: aicr.BundleOptions{Set: set(`app:a.b\.c/d=1`)}, want: `{a: {b.c/d: 1}}`},
		"4 the value is all after the first =":       {options: aicr.BundleOptions{Set: set("app:a=b=c:d=e,f")}, want: `{a: "b=c:d=e,f"}`},
		"4 the last flag wins":                       {options: aicr.BundleOptions{Set: set("app:a=1", "app:a=2")}, want: "{a: 2}"},
		"4 set and set-string have one order":        {options: aicr.BundleOptions{Set: append(setText("app:a=1"), set("app:a=2")...)}, want: "{a: 2}"},
		"4 and the other way round":                  {options: aicr.BundleOptions{Set: append(set("app:a=2"), setText("app:a=1")...)}, want: `{a: "1"}`},
		"4 set through a scalar":                     {file: "a: text", options: aicr.BundleOptions{Set: set("app:a.b=1")}, want: "{a: {b: 1}}"},
		"6 set-json wins over set and set-file":      {options: aicr.BundleOptions{SetJSON: setJSON("app:a=6"), SetTextFile: setText("app:a=@text", "app:b=@text"), Set: set("app:a=4", "app:b=4")}, want: `{a: 6, b: "line\n\n"}`},
		"6 set-json merges maps":                     {file: "a: {x: 1, y: 1}", options: aicr.BundleOptions{SetJSON: setJSON(`app:a={"y":null,"z":[1]}`)}, want: "{a: {x: 1, z: [1]}}"},
		"6 set-json replaces lists":                  {file: "a: [1, 2]", options: aicr.BundleOptions{SetJSON: setJSON(`app:a=[3]`)}, want: "{a: [3]}"},
		"6 set-json null is a real null":             {file: "a: 1", options: aicr.BundleOptions{SetJSON: setJSON("app:a=null", "app:b.c=null")}, want: "{a: null, b: {c: null}}"},
		"6 set-file reads and merges":                {file: "a: {x: 1, y: 1}", options: aicr.BundleOptions{SetFile: setText("app:a=@file", "app:b=@file")}, want: "{a: {x: [2], \"y\": 1, z: {}}, b: {x: [2], z: {}}}"},
		"6 set-text-file wins over set-file":         {options: aicr.BundleOptions{SetTextFile: setText("app:a=@text"), SetFile: setText("app:a=@file")}, want: `{a: "line\n\n"}`},
		"6 set-json in the order given":              {options: aicr.BundleOptions{SetJSON: setJSON(`app:a={"b":1}`, `app:a.b=2`, `app:a={"c":3}`)}, want: "{a: {b: 2, c: 3}}"},
		"maps merge, all else replaces":              {common: "m: {a: 1, l: [1, 2]}", file: "m: {b: 2, l: [3]}", overrides: "{m: {c: 3}}", want: "{m: {a: 1, b: 2, c: 3, l: [3]}}"},
		"null removes what a weaker layer holds":     {common: "a: {x: 1, y: 1}", file: "a: {x: null}", overrides: "{a: {y: null}}", want: "{a: {}}"},
		"null stays where none holds it":             {file: "a: {x: 1}", overrides: "{b: null, a: {z: null}, new: {deep: {er: null}}}", want: "{a: {x: 1, z: null}, b: null, new: {deep: {er: null}}}"},
		"aliases name a component":                   {options: aicr.BundleOptions{Set: set("theapp:a=1", "The App:b=2", "app:c=3")}, want: "{a: 1, b: 2, c: 3}"},
	} {
		t.Run(name, func(t *testing.T) {
			extra := ""
			if c.file != "" {
				extra += valuesFile
			}
			if c.overrides != "" {
				extra += "  overrides: " + c.overrides + "\n"
			}
			files := map[string]string{
				"recipe.yaml":   "componentRefs:\n" + chartOf("app", extra),
				"registry.yaml": "components:\n- {name: app, displayName: The App, valueOverrideKeys: [theapp]}\n", "text": "line\n\n", "file": "x: [2]\nz: {}\n",
			}
			if c.file != "" {
				files["components/app/prod.yaml"] = c.file
			}
			if c.common != "" {
				files["components/app/values.yaml"] = c.common
			}
			o, dir := c.options, tree(t, files)
			o.Recipe = filepath.Join(dir, "recipe.yaml")
			for _, list := range [][]aicr.Assignment{o.SetFile, o.SetTextFile} {
				for i := range list {
					list[i].Value = strings.Replace(list[i].Value.(string), "@", dir+"/", 1)
				}
			}
			g, _ := resolve(t, o)
			same(t, c.want, g.Values["app"])
		})
	}
}

// TestRootsOfValues: first hit wins, and the common file comes only from the
// root that holds the values file.
func TestRootsOfValues(t *testing.T) {
	own := map[string]string{
		"recipe.yaml":                "componentRefs:\n" + chartOf("app", valuesFile+"  manifestFiles: [m.yaml]\n  chart: app\n"),
		"components/app/prod.yaml":   "from: recipe",
		"components/app/values.yaml": "common: recipe",
		"m.yaml":                     "# recipe",
	}
	dir := tree(t, own)
	strong := tree(t, map[string]string{"components/app/prod.yaml": "from: strong"})
	weak := tree(t, map[string]string{"components/app/prod.yaml": "from: weak", "components/app/values.yaml": "common: weak", "m.yaml": "# weak"})
	for name, c := range map[string]struct {
		data           []string
		want, manifest string
	}{
		"the recipe's own directory": {nil, "{from: recipe, common: recipe}", "# recipe"},
		"the first --data":           {[]string{strong, weak}, "{from: strong}", "# weak"},
		"the other way round":        {[]string{weak, strong}, "{from: weak, common: weak}", "# weak"},
		"only the strong one":        {[]string{strong}, "{from: strong}", "# recipe"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(dir)
			o.Data = c.data
			g, _ := resolve(t, o)
			same(t, c.want, g.Values["app"])
			if got := string(g.Manifests["app"]["m.yaml"]); got != c.manifest {
				t.Errorf("the manifest is %q", got)
			}
		})
	}
}

func TestSwitches(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "") + chartOf("off", "  overrides: {enabled: false}\n") + chartOf("rest", "  dependencyRefs: [app]\n")})
	o := options(dir)
	releases := func() string {
		var names []string
		for _, r := range bundle(t, o).Releases {
			names = append(names, r.Name)
		}
		return strings.Join(names, " ")
	}
	if got := releases(); got != "app rest" {
		t.Errorf("releases %s", got)
	}
	for text, want := range map[string]string{"app:enabled=false": "rest", "app:enabled=true": "app rest", "off:enabled=false": "app rest"} {
		if o.Set = set(text); releases() != want {
			t.Errorf("%s: releases %s", text, releases())
		}
	}
	o.Set = set("app:enabled=false", "app:enabled=true")
	if got := releases(); got != "app rest" {
		t.Errorf("the last switch does not count: %s", got)
	}
	o.Output = ""
	o.Set = set("off:enabled=true")
	refused(t, o, errors.ErrCodeInvalidRequest, "`Set` off:enabled=true: the recipe switches component \"off\" off, and what it would need is not resolved; use a recipe that has it")
	for _, text := range []string{"app:enabled=yes", "app:enabled=", "app:enabled=1", "app:enabled.x=true"} {
		o.Set = set(text, "app:enabled=false")
		where, _, _ := strings.Cut(text, "=")
		refused(t, o, errors.ErrCodeInvalidRequest, "`Set` "+where+": enabled is the component's switch, which `Set` makes true or false")
	}
	o.Set = set("app:enabled=false", "rest:enabled=false")
	refused(t, o, errors.ErrCodeInvalidRequest, "the recipe has no enabled component")
}

func TestOptionsAboutAComponentThatIsSwitchedOffAreRefused(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "") + chartOf("off", "  overrides: {enabled: false}\n  valuesFile: missing.yaml\n") + chartOf("not", "  overrides: {install: false}\n"), "f": "1"})
	for _, name := range []string{"off", "not"} {
		for field, o := range map[string]aicr.BundleOptions{
			"Set": {Set: set(name + ":a=1")}, "SetFile": {SetFile: setText(name + ":a=" + dir + "/f")}, "SetJSON": {SetJSON: setJSON(name + ":a=1")}, "DynamicValues": {DynamicValues: dynamic(name + ":a")},
		} {
			o.Recipe = filepath.Join(dir, "recipe.yaml")
			refused(t, o, errors.ErrCodeInvalidRequest, "`"+field+"` "+name+":a: component \""+name+"\" is switched off, so that it has no effect; remove it")
		}
	}
	bundle(t, aicr.BundleOptions{Recipe: filepath.Join(dir, "recipe.yaml"), Output: filepath.Join(dir, "out"), Set: set("off:enabled=false", "not:enabled=false")})
}

func TestBrokenAssignments(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", ""), "latin": "\xff"})
	for want, o := range map[string]aicr.BundleOptions{
		"`Set` app:: path \"\" has an empty key":                                    {Set: setText("app:=hush")},
		"`Set` app:a[0]: path \"a[0]\" has an index, and lists cannot be addressed": {Set: setText("app:a[0]=hush")},
		"`SetJSON` app:a: ": {SetJSON: []aicr.Assignment{{Component: "app", Path: "a", Value: func() {}}}},
		"`SetFile` app:a: file " + dir + "/latin is not UTF-8 text":                  {SetFile: setText("app:a=" + dir + "/latin")},
		"`SetFile` app:a: file " + dir + " is a directory; name a file":              {SetFile: setText("app:a=" + dir)},
		"`SetFile` app:a: the value is a number, where the path of a file is needed": {SetFile: []aicr.Assignment{{Component: "app", Path: "a", Value: int64(1)}}},
		"`DynamicValues` app:a..b: path \"a..b\" has an empty key":                   {DynamicValues: dynamic("app:a..b")},
	} {
		o.Recipe = filepath.Join(dir, "recipe.yaml")
		o.Output = filepath.Join(dir, "out")
		refused(t, o, errors.ErrCodeInvalidRequest, want)
		if _, _, err := aicr.Resolve(t.Context(), o); err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("the message holds a value: %s", err)
		}
	}
	o := options(dir)
	o.SetFile = setText("app:a=" + dir + "/no")
	refused(t, o, errors.ErrCodeNotFound, "`SetFile` app:a: file "+dir+"/no does not exist; check the path")
	o.Set, o.SetFile, o.DynamicValues = set("x:a=1", "y:a=1"), nil, dynamic("z:b")
	refused(t, o, errors.ErrCodeInvalidRequest, "3 problems:")
}
