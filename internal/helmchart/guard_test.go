package helmchart

import (
	"context"
	stderrors "errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/aicr-flux/aicr/internal/templatetext"
)

// TestRenderEnds lets templates run wild. Each one must end, in an error that says why, and leave no goroutine behind.
func TestRenderEnds(t *testing.T) {
	doubling := "{{ define \"0\" }}{{ end }}"
	for i := range 60 {
		doubling += fmt.Sprintf("{{ define \"%d\" }}{{ template \"%d\" }}{{ template \"%d\" }}{{ end }}", i+1, i, i)
	}
	var ring strings.Builder
	for i := range 200 {
		fmt.Fprintf(&ring, "{{ define \"%d\" }}{{ include \"%d\" . }}{{ end }}", i, (i+1)%200)
	}
	big := "big: " + strings.Repeat("x", 1<<20)
	for name, test := range map[string]struct{ text, values, message string }{
		"until":                 {text: "{{ range until 1000000000 }}x{{ end }}", message: "until makes"},
		"untilStep":             {text: "{{ untilStep 0 9000000000000000000 1 }}", message: "untilStep makes"},
		"seq":                   {text: "{{ seq 1 1 1000000000 }}", message: "seq makes"},
		"repeat":                {text: "{{ repeat 1000000000 \"xyz\" }}", message: "repeat makes"},
		"indent":                {text: "{{ indent 2000000000 \"x\" }}", message: "indent makes"},
		"nindent":               {text: "{{ nindent 2000000000 \"x\" }}", message: "nindent makes"},
		"replace":               {text: "{{ replace \"x\" .Values.big .Values.big }}", values: big, message: "replace makes"},
		"join":                  {text: "{{ join .Values.big (until 900000) }}", values: big, message: "join makes"},
		"join of large texts":   {text: "{{ $l := list }}{{ range until 1000 }}{{ $l = append $l $.Values.big }}{{ end }}{{ join \"\" $l }}", values: big, message: "join makes"},
		"join of texts":         {text: "{{ $l := list }}{{ range until 1000 }}{{ $l = append $l $.Values.big }}{{ end }}{{ join \"\" (toStrings $l) }}", values: big, message: "join makes"},
		"wrapWith":              {text: "{{ wrapWith 1 .Values.big .Values.big }}", values: big, message: "wrapWith makes"},
		"printf":                {text: "{{ printf \"" + strings.Repeat("%999999d", 1000) + "\" }}", message: "printf makes"},
		"randAlphaNum":          {text: "{{ randAlphaNum 2000000000 }}", message: "randAlphaNum makes"},
		"randBytes":             {text: "{{ randBytes 2000000000 }}", message: "randBytes makes"},
		"range over a number":   {text: "{{ range 1000000000000000000 }}{{ end }}", message: "longer"},
		"range, trimmed":        {text: "{{- range $i := 1000000000000000000 -}}  {{- end -}}", message: "longer"},
		"nested loops":          {text: "{{ range until 1000000 }}{{ range until 1000000 }}{{ end }}{{ end }}", message: "longer"},
		"a loop in tpl":         {text: "{{ tpl \"{{ range 1000000000000000000 }}{{ end }}\" . }}", message: "longer"},
		"templates that double": {text: doubling + "{{ template \"60\" }}", message: "longer"},
		"text that doubles":     {text: "{{ $x := \"xx\" }}{{ range until 100 }}{{ $x = cat $x $x }}{{ end }}", message: "memory"},
		"lists that double":     {text: "{{ $x := list 1 }}{{ range until 100 }}{{ $x = concat $x $x }}{{ end }}", message: "concat makes"},
		"output without end":    {text: "{{ range 1000000000000000000 }}{{ $.Values.big }}{{ end }}", values: big, message: "memory"},
		"output without a loop": {text: strings.Repeat("{{ .Values.big }}", 10_000), values: big, message: "memory"},
		"too much output":       {text: strings.Repeat("{{ .Values.big }}", 65), values: big, message: "a chart may give 64"},
		"include of itself":     {text: "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}", message: "too deeply"},
		"includes in a ring":    {text: ring.String() + "{{ include \"0\" . }}", message: "too deeply"},
		"template of itself":    {text: "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}", message: "too deeply"},
		"both of them": {
			text:    "{{ define \"a\" }}{{ $n := add1 . }}{{ if lt (mod $n 100) 99 }}{{ template \"a\" $n }}{{ else }}{{ include \"a\" $n }}{{ end }}{{ end }}{{ template \"a\" 0 }}",
			message: "too deeply",
		},
		"a map in itself":        {text: "{{ $d := dict }}{{ $_ := set $d \"a\" (list (dict \"b\" $d)) }}{{ $d }}", message: "put into itself"},
		"values in themselves":   {text: "{{ $_ := set .Values \"a\" $ }}{{ toYamlPretty .Values }}", message: "put into itself"},
		"a map merged in itself": {text: "{{ $d := dict }}{{ $_ := merge $d (dict \"a\" $d) }}{{ toToml $d }}", message: "put into itself"},
		"a map of a map":         {text: "{{ $a := dict }}{{ $b := dict \"a\" $a }}{{ $_ := mergeOverwrite $a (dict \"b\" (dict \"c\" $b)) }}{{ $a | deepCopy }}", message: "put into itself"},
		"deep maps":              {text: "{{ $d := dict }}{{ range until 1000000 }}{{ $d = dict \"a\" $d }}{{ end }}{{ $d }}", message: "build more than"},
		"deep lists":             {text: "{{ $d := list }}{{ range until 1000000 }}{{ $d = append (list) $d }}{{ end }}{{ toYaml $d }}", message: "build more than"},
		"deep from above":        {text: "{{ $d := dict }}{{ $x := $d }}{{ range until 1000000 }}{{ $y := get (set $x \"a\" (fromYaml \"{}\")) \"a\" }}{{ $x = $y }}{{ end }}{{ $d }}", message: "build more than"},
		"chunks of chunks":       {text: "{{ $d := list 1 }}{{ range until 1000000 }}{{ $d = chunk 1 $d }}{{ end }}{{ $d }}", message: "build more than"},
		"a map in its chunk":     {text: "{{ $d := dict }}{{ $_ := set $d \"a\" (chunk 1 (list $d)) }}{{ $d }}", message: "put into itself"},
		"a map in what it holds": {text: "{{ $in := dict }}{{ $m := dict \"a\" $in }}{{ $_ := merge $m (dict \"a\" (dict \"x\" $in)) }}{{ $m }}", message: "put into itself"},
		"deep by parts": {
			text: "{{ $x := dict }}{{ $leaf := $x }}{{ range until 1000 }}{{ $y := fromYaml $.Values.deep }}{{ $_ := set $leaf \"a\" $y }}" +
				"{{ $leaf = $y }}{{ range until 4000 }}{{ $leaf = $leaf.a }}{{ end }}{{ end }}{{ $x }}",
			values: "deep: '" + strings.Repeat("{a: ", 4000) + "{}" + strings.Repeat("}", 4000) + "'", message: "build more than",
		},
		"a template in many ifs": {
			text:    "{{ define \"a\" }}" + strings.Repeat("{{ if 1 }}", 100) + "{{ template \"a\" . }}" + strings.Repeat("{{ end }}", 100) + "{{ end }}{{ template \"a\" . }}",
			message: "too deeply",
		},
		"parentheses": {
			text:    "{{ define \"a\" }}{{ " + strings.Repeat("(print ", 90) + "(include \"a\" .)" + strings.Repeat(")", 90) + " }}{{ end }}{{ include \"a\" . }}",
			message: "too deeply",
		},
		"parentheses in tpl": {text: "{{ tpl (printf \"{{ %s }}\" (repeat 200 \"(\")) . }}", message: "more than 1000 blocks or 100 parentheses"},
		"a block of itself": {
			text:    "{{ define \"a\" }}" + strings.Repeat("{{ if 1 }}", 900) + "{{ block \"a\" . }}{{ end }}" + strings.Repeat("{{ end }}", 900) + "{{ end }}{{ template \"a\" . }}",
			message: "too deeply",
		},
		"much to print":      {text: "{{ $l := list }}{{ $x := .Values.big }}{{ print " + strings.Repeat("$x ", 100) + "}}", values: big, message: "print makes"},
		"much to quote":      {text: "{{ $x := .Values.big }}{{ quote " + strings.Repeat("$x ", 100) + "}}", values: big, message: "quote makes"},
		"until below":        {text: "{{ until -2000000000 }}", message: "until makes"},
		"seq below":          {text: "{{ seq -2000000000 }}", message: "seq makes"},
		"a negative repeat":  {text: "{{ repeat -1 \"x\" }}", message: "negative Repeat count"},
		"many ifs in tpl":    {text: "{{ tpl (repeat 5000000 \"{{ if 1 }}\") . }}", message: "more than 1000 blocks or"},
		"many lists in TOML": {text: "{{ fromToml (printf \"a = %s\" (repeat 2000000 \"[\")) }}", message: "more than 100000 lists"},
		"long keys in TOML":  {text: "{{ fromToml (printf \"%sa = 1\" (repeat 2000000 \"a.\")) }}", message: "dots"},
		"much TOML":          {text: "{{ fromToml (repeat 3000000 \"a\\n\") }}", message: "5 MiB"},
		"tpl of itself":      {text: "{{ tpl .Values.a . }}", values: "a: '{{ tpl .Values.a . }}'", message: "too deeply"},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && !strings.HasSuffix(test.message, "makes") {
				t.Skip("takes its time")
			}
			c := chartOf(t, map[string]string{"templates/a.yaml": test.text, "values.yaml": test.values})
			runtime.GC()
			before, in := runtime.NumGoroutine(), install()
			switch test.message {
			case "memory":
				in.growth = 128 << 20
			case "longer":
				in.Timeout = 300 * time.Millisecond
			}
			start := time.Now()
			_, err := Render(t.Context(), c, in)
			var e *Error
			if !stderrors.As(err, &e) || !strings.Contains(e.Message, test.message) || len(e.Message) > 500 {
				t.Fatalf("after %s: %.1000v", time.Since(start), err)
			}
			for range 100 {
				if runtime.NumGoroutine() <= before {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
			t.Errorf("a goroutine is left behind, after %s", err)
		})
	}
}

// TestNoTemplateIsTooDeepToParse: such a template is no chart's, wherever it lies.
func TestNoTemplateIsTooDeepToParse(t *testing.T) {
	deep := strings.Repeat("{{ if 1 }}", templatetext.MaxNesting+1)
	for file, files := range map[string]map[string][]byte{
		"c/templates/a.tpl":   {"Chart.yaml": []byte(chartYAML), "templates/a.tpl": []byte(deep)},
		"d/templates/sub/a.x": {"Chart.yaml": []byte(chartYAML), "charts/d/Chart.yaml": []byte(chartNamed("d")), "charts/d/templates/sub/a.x": []byte(deep)},
	} {
		_, err := FromFiles(files)
		var e *Error
		if !stderrors.As(err, &e) || e.Kind != KindLimit || e.Template != file || !strings.Contains(e.Message, "take it apart") {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestWatch: a single call is not waited for when it fills the memory.
func TestWatch(t *testing.T) {
	if testing.Short() {
		t.Skip("fills memory")
	}
	in := install()
	in.growth = 32 << 20
	before := runtime.NumGoroutine()
	_, err := Render(t.Context(), chartOf(t, map[string]string{
		"templates/a.yaml": `{{ $x := dict }}{{ range until 20 }}{{ $x = dict "a" $x "b" $x }}{{ end }}{{ $_ := deepCopy $x }}`,
	}), in)
	var e *Error
	if running := runtime.NumGoroutine() > before; !stderrors.As(err, &e) || e.Kind != KindMemory || !running {
		t.Errorf("still running: %v; %v", running, err)
	}
	for runtime.NumGoroutine() > before && t.Context().Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
}

// TestTOML: fromToml says what Helm's does.
func TestTOML(t *testing.T) {
	for _, text := range []string{"a = 1\n[b.c]\nd = [1, {e = \"x\"}]\n[[f]]\ng = 1979-05-27T07:32:00Z\n", "a = ", ""} {
		c := chartOf(t, map[string]string{"templates/a.yaml": "apiVersion: v1\nkind: A\nx: {{ fromToml .Values.text | toJson }}", "values.yaml": fmt.Sprintf("text: %q", text)})
		if !sameAsHelm(t, c, text) {
			t.Errorf("%q is not rendered", text)
		}
	}
}

// TestHonestChartsAreLetThrough: what is no cycle, and what is not much.
func TestHonestChartsAreLetThrough(t *testing.T) {
	nothing := "{{ $_ := mergeOverwrite (dict \"a\" (fromJson \"null\")) (dict \"b\" 1) }}{\"apiVersion\": \"v1\", \"kind\": \"A\"}"
	if _, err := Render(t.Context(), chartOf(t, map[string]string{"templates/a.yaml": nothing}), Install{}); err != nil {
		t.Errorf("a map that is null: %v", err)
	}
	one := "{{ $l := list (repeat 1000000 \"a\") }}{{ range until 1000 }}{{ $l = append $l \"b\" }}{{ end }}{{ $_ := join \",\" $l }}{\"apiVersion\": \"v1\", \"kind\": \"A\"}"
	if _, err := Render(t.Context(), chartOf(t, map[string]string{"templates/a.yaml": one}), Install{}); err != nil {
		t.Errorf("one long text among many: %v", err)
	}
	text := `{{ $a := dict "x" 1 }}{{ $b := dict "one" $a "two" $a }}{{ $_ := set $b "root" $ }}{{ $_ := set $b "three" $a }}{{ $_ := merge $a $a (dict "y" $.Values) }}` +
		`{{ $_ := mustMergeOverwrite $a (dict "x" 2) }}{{ $_ := set $ "ctx" $a }}{"apiVersion": "v1", "kind": {{ $b.three.x | quote }}, "same": {{ toJson $.ctx }}}`
	manifests, err := Render(t.Context(), chartOf(t, map[string]string{"templates/a.yaml": text, "values.yaml": "v: 3"}), Install{})
	if err != nil || manifests[0].Text != `{"apiVersion": "v1", "kind": "2", "same": {"x":2,"y":{"v":3}}}` {
		t.Errorf("%v %v", manifests, err)
	}
}

// TestCancelStopsALoop: the caller's own end is no fault of the chart.
func TestCancelStopsALoop(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := Render(ctx, chartOf(t, map[string]string{"templates/a.yaml": "{{ range 1000000000000000000 }}{{ end }}"}), install())
	if !stderrors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestInstrument(t *testing.T) {
	for text, want := range map[string]string{
		"no action":                                   "no action",
		"{{ .a }}":                                    "{{ .a }}",
		"{{range .a}} x {{end}}":                      "{{range .a}}{{aicr_tick}} x {{end}}",
		"{{- range $a := .b -}} x {{- end -}}":        "{{- range $a := .b -}}{{aicr_tick -}} x {{- end -}}",
		"{{/* {{range}} */}}{{ranges}}":               "{{/* {{range}} */}}{{ranges}}",
		"{{- /* a }} b */ -}} {{ include `x` }}":      "{{- /* a }} b */ -}} {{ include (aicr_name `x`) }}",
		"{{ \"}} range\" }}":                          "{{ \"}} range\" }}",
		"{{include \"a\" . | indent 2}}":              "{{include (aicr_name \"a\") . | indent 2}}",
		"{{ tpl (include (print \"a\" \")\") .) $ }}": "{{ tpl (aicr_text (include (aicr_name (print \"a\" \")\")) .)) $ }}",
		"{{ $tpl.include .tpl \"tpl x\" }}":           "{{ $tpl.include .tpl \"tpl x\" }}",
		"{{ tpl .Values.a . }}":                       "{{ tpl (aicr_text .Values.a) . }}",
		"{{ tpl (.Files.Get \"a\").b . }}":            "{{ tpl (aicr_text (.Files.Get \"a\").b) . }}",
		"{{ tpl }}{{ mytpl .a }}":                     "{{ tpl }}{{ mytpl .a }}",
		"{{ template \"a\" . }}":                      "{{aicr_call}}{{ template \"a\" . }}",
		" {{- template \"a\" . -}} ":                  " {{- aicr_call}}{{- template \"a\" . -}} ",
		"{{ range .a }} {{ 'x":                        "{{ range .a }} {{ 'x",
		"{{ range .a }} {{ /* x":                      "{{ range .a }} {{ /* x",
		"{{\nrange .a }}{{end}}":                      "{{\nrange .a }}{{aicr_tick}}{{end}}",
		strings.Repeat("{{.}}", 33):                   strings.Repeat("{{.}}", 32) + "{{aicr_tick}}{{.}}",
	} {
		if got := instrument(text); got != want {
			t.Errorf("%s\ngives %s\n want %s", text, got, want)
		}
	}
}

// FuzzInstrument: a template that Go's parser takes must stay one, and say the same.
func FuzzInstrument(f *testing.F) {
	for _, seed := range []string{
		"{{range .l}}{{- . }} {{else}}x{{end}}", "a {{- /* c */ -}} b", "{{define `a`}}{{end}}{{template `a` .}}", "{{with $x := .a}}{{$x}}{{end}}",
		"{{ include (print `a` \"b\") . | printf `%s` }}", "{{tpl .a .}}{{'x'}}{{break}}", "{{range .l}}{{continue}}{{end}}\n{{-  .a  -}}\n", "{{block `x` .}}{{end}}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1000 || longLoop.MatchString(text) {
			return
		}
		funcs := template.FuncMap{
			"include": func(name string, data any) string { return name }, "tpl": func(text string, data any) string { return text },
			tickFunc: func() string { return "" }, callFunc: func() string { return "" }, nameFunc: func(s string) string { return s }, textFunc: func(s string) string { return s },
		}
		run := func(text string) (string, error) {
			parsed, err := template.New("t").Funcs(funcs).Parse(text)
			if err != nil {
				return "", err
			}
			var out strings.Builder
			err = parsed.Execute(&limited{out: &out}, map[string]any{"l": []any{1, "x"}, "a": "b"})
			return out.String(), err
		}
		want, err := run(text)
		got, newErr := run(instrument(text))
		if (err == nil) != (newErr == nil) || err == nil && got != want {
			t.Errorf("%q gave %q, %v\nand as %q gives %q, %v", text, want, err, instrument(text), got, newErr)
		}
	})
}

// longLoop is a number that a range could count to.
var longLoop = regexp.MustCompile(`[0-9._xob]{4}`)

// limited keeps a loop that the fuzzer finds from filling the memory.
type limited struct{ out *strings.Builder }

func (l *limited) Write(p []byte) (int, error) {
	if l.out.Len() > 1<<16 {
		return 0, stderrors.New("enough")
	}
	return l.out.Write(p)
}
