package render

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// hostile are templates that are written to run for ever, to fill the memory or to overflow the
// stack.
func hostile() map[string]string {
	doubling := "{{ define \"0\" }}{{ end }}"
	for i := range 60 {
		doubling += fmt.Sprintf("{{ define \"%d\" }}{{ template \"%d\" }}{{ template \"%d\" }}{{ end }}", i+1, i, i)
	}
	var ring strings.Builder
	for i := range 200 {
		fmt.Fprintf(&ring, "{{ define \"%d\" }}{{ include \"%d\" . }}{{ end }}", i, (i+1)%200)
	}
	const big = `{{ $big := repeat 1048576 "x" }}`
	return map[string]string{
		"until":                  "{{ range until 1000000000 }}x{{ end }}",
		"untilStep":              "{{ untilStep 0 9000000000000000000 1 }}",
		"seq":                    "{{ seq 1 1 1000000000 }}",
		"repeat":                 "{{ repeat 1000000000 \"xyz\" }}",
		"indent":                 "{{ indent 2000000000 \"x\" }}",
		"nindent":                "{{ nindent 2000000000 \"x\" }}",
		"replace":                big + "{{ replace \"x\" $big $big }}",
		"join":                   big + "{{ join $big (until 900000) }}",
		"join of large texts":    big + "{{ $l := list }}{{ range until 1000 }}{{ $l = append $l $big }}{{ end }}{{ join \"\" $l }}",
		"wrapWith":               big + "{{ wrapWith 1 $big $big }}",
		"printf":                 "{{ printf \"" + strings.Repeat("%999999d", 1000) + "\" }}",
		"randAlphaNum":           "{{ randAlphaNum 2000000000 }}",
		"randBytes":              "{{ randBytes 2000000000 }}",
		"range over a number":    "{{ range 1000000000000000000 }}{{ end }}",
		"nested loops":           "{{ range until 1000000 }}{{ range until 1000000 }}{{ end }}{{ end }}",
		"a loop in tpl":          "{{ tpl \"{{ range 1000000000000000000 }}{{ end }}\" . }}",
		"templates that double":  doubling + "{{ template \"60\" }}",
		"text that doubles":      "{{ $x := \"xx\" }}{{ range until 100 }}{{ $x = cat $x $x }}{{ end }}",
		"lists that double":      "{{ $x := list 1 }}{{ range until 100 }}{{ $x = concat $x $x }}{{ end }}",
		"output without end":     big + "{{ range 1000000000000000000 }}{{ $big }}{{ end }}",
		"output without a loop":  big + strings.Repeat("{{ $big }}", 10_000),
		"include of itself":      "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
		"includes in a ring":     ring.String() + "{{ include \"0\" . }}",
		"template of itself":     "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}",
		"a map in itself":        "{{ $d := dict }}{{ $_ := set $d \"a\" (list (dict \"b\" $d)) }}{{ $d }}",
		"values in themselves":   "{{ $_ := set .Values \"a\" $ }}{{ toYamlPretty .Values }}",
		"a map merged in itself": "{{ $d := dict }}{{ $_ := merge $d (dict \"a\" $d) }}{{ toToml $d }}",
		"deep maps":              "{{ $d := dict }}{{ range until 1000000 }}{{ $d = dict \"a\" $d }}{{ end }}{{ $d }}",
		"deep lists":             "{{ $d := list }}{{ range until 1000000 }}{{ $d = append (list) $d }}{{ end }}{{ toYaml $d }}",
		"chunks of chunks":       "{{ $d := list 1 }}{{ range until 1000000 }}{{ $d = chunk 1 $d }}{{ end }}{{ $d }}",
		"a copy of a large tree": `{{ $x := dict }}{{ range until 40 }}{{ $x = dict "a" $x "b" $x }}{{ end }}{{ $_ := deepCopy $x }}`,
		"a template in many ifs": "{{ define \"a\" }}" + strings.Repeat("{{ if 1 }}", 100) + "{{ template \"a\" . }}" + strings.Repeat("{{ end }}", 100) + "{{ end }}{{ template \"a\" . }}",
		"parentheses":            "{{ define \"a\" }}{{ " + strings.Repeat("(print ", 90) + "(include \"a\" .)" + strings.Repeat(")", 90) + " }}{{ end }}{{ include \"a\" . }}",
		"many parentheses":       "{{ " + strings.Repeat("(", 9000) + "1" + strings.Repeat(")", 9000) + " }}",
		"many ifs":               strings.Repeat("{{ if 1 }}", 500_000),
		"many ifs in tpl":        "{{ tpl (repeat 5000000 \"{{ if 1 }}\") . }}",
		"many lists in TOML":     "{{ fromToml (printf \"a = %s\" (repeat 20000000 \"[\")) }}",
		"long keys in TOML":      "{{ fromToml (printf \"%sa = 1\" (repeat 2000000 \"a.\")) }}",
		"many lists in YAML":     "{{ fromYaml (printf \"a: %s\" (repeat 20000000 \"[\")) }}",
		"aliases in YAML":        "{{ fromYaml \"a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\" }}",
		"tpl of itself":          `{{ tpl "{{ tpl .x . }}" (dict "x" "{{ tpl .x . }}" "Template" .Template) }}`,
		"a regular expression":   `{{ regexMatch "(a*)*(a*)*b" (repeat 100000 "a") }}`,
		"a large key":            `{{ genPrivateKey "rsa" }}{{ range 1000 }}{{ genPrivateKey "rsa" }}{{ end }}`,
		"a costly password":      `{{ range 100 }}{{ bcrypt "x" }}{{ derivePassword 1 "long" "password" "user" "example.com" }}{{ end }}`,
		"tiny objects":           `a: [{{ range 10000000 }}{},{{ end }}]`,
		"tiny lists":             `a: {{ repeat 20000000 "[],[]," }}`,
	}
}

// TestHazard72_HostileTemplates wants an end of each, and a report that says why, and that an
// honest chart is rendered after them.
func TestHazard72_HostileTemplates(t *testing.T) {
	if testing.Short() {
		t.Skip("each takes its time or its memory")
	}
	p := processes(t, Limits{Chart: 2 * time.Second, Memory: 512 << 20})
	t.Run("all", func(t *testing.T) {
		for name, template := range hostile() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				if e := refused(t, p, template); !slices.Contains([]chart.Kind{chart.KindLimit, chart.KindTemplate, chart.KindObject, chart.KindYAML}, e.Kind) || len(e.Message) > 500 {
					t.Errorf("%s: %s", e.Kind, e)
				}
			})
		}
	})
	p.limits.Chart = time.Minute // a busy machine is no fault of the chart
	rendered(t, p, quota)
}

// refused returns the error of a chart that must have one.
func refused(t *testing.T, r Renderer, template string) *chart.Error {
	t.Helper()
	result, err := r.Chart(t.Context(), jobOf(template))
	switch {
	case err != nil:
		t.Fatal(err)
	case result.Err != nil:
		return result.Err
	case len(result.Installs) != 1 || len(result.Installs[0].Errors) != 1 || result.Installs[0].Manifests != nil:
		t.Fatalf("it is rendered: %.1000v", result.Installs)
	}
	return result.Installs[0].Errors[0]
}

func rendered(t *testing.T, r Renderer, template string) {
	t.Helper()
	result, err := r.Chart(t.Context(), jobOf(template))
	if err != nil || result.Err != nil || len(result.Installs) != 1 || len(result.Installs[0].Manifests) != 1 {
		t.Errorf("%+v, %v", result, err)
	}
}

// TestHowItEnds: the report says which limit it was.
func TestHowItEnds(t *testing.T) {
	if runtime.GOOS != "linux" || testing.Short() {
		t.Skip("only Linux tells what memory a process has, and the race detector ends one in words of its own")
	}
	for _, test := range []struct {
		limits         Limits
		template, says string
	}{
		{Limits{Chart: 500 * time.Millisecond}, "{{ range 1000000000000000000 }}{{ end }}", "it took longer than 500ms"},
		{Limits{Chart: time.Minute, Memory: 256 << 20}, "{{ repeat 1000000000 \"xyz\" }}", "it needed more than 256 MiB of memory"},
		{Limits{Chart: time.Minute}, "{{ repeat 1000000000 \"xyz\" }}", "it needed more than 1 GiB of memory"},
		{Limits{Chart: time.Minute}, "{{ $d := dict }}{{ $_ := set $d \"a\" $d }}{{ $d }}", "it nests something too deeply, or calls itself without an end"},
		{Limits{Output: 1 << 20}, "apiVersion: v1\nkind: A\na: {{ repeat 1100000 \"x\" }}", "it gave more than 1 MiB"},
	} {
		if e := refused(t, processes(t, test.limits), test.template); e.Message != "rendering stopped: "+test.says || e.Kind != chart.KindLimit {
			t.Errorf("got %s, want %s", e, test.says)
		}
	}
}

// TestSlowBuild: kustomize needs seconds for a map with many keys, and for one with a million as
// good as for ever.
func TestSlowBuild(t *testing.T) {
	var text strings.Builder
	text.WriteString("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n")
	for i := range 50_000 {
		fmt.Fprintf(&text, "  k%d: a\n", i)
	}
	p := processes(t, Limits{Build: 200 * time.Millisecond})
	_, err := p.Build(t.Context(), ".", map[string][]byte{"kustomization.yaml": []byte("resources: [a.yaml]"), "a.yaml": []byte(text.String())})
	if !errors.Is(err, rollout.ErrLimit) || !strings.Contains(err.Error(), "longer than 200ms") {
		t.Errorf("got %v", err)
	}
}
