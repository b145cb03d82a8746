package render

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/internal/chart"
)

const chartYAML = "apiVersion: v2\nname: c\nversion: 1.0.0\n"

// jobOf is a chart of one template that is installed once.
func jobOf(template string) ChartJob {
	files := map[string][]byte{"Chart.yaml": []byte(chartYAML), "templates/a.yaml": []byte(template)}
	return ChartJob{Package: chart.Package{Files: files}, Installs: []chart.Install{{Release: "r", Namespace: "n", AnyKubeVersion: true}}}
}

func processes(t testing.TB, limits Limits) *Processes {
	t.Helper()
	p := NewProcesses(limits)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// TestSameInBoth: what a process of its own answers is what the own process would.
func TestSameInBoth(t *testing.T) {
	job := jobOf(`apiVersion: v1
kind: A
metadata: {name: {{ .Release.Name }}, annotations: {helm.sh/hook: test}}
numbers: [1, 1.5, 9007199254740993, 1e30]
values: {{ toJson .Values }}
strange: "\u2028<&>\ufffd"
none: null
`)
	job.Lint = true
	job.Package.Digest = "0123456789abcdef"
	job.Package.Files["templates/b.yaml"] = []byte("{{ if eq .Release.Name \"bad\" }}{{ fail \"no\" }}{{ end }}")
	job.Package.Files["values.yaml"] = []byte("# none\n")
	job.Package.Files["Chart.yaml"] = []byte(chartYAML + "icon: x\nmaintainers: [{}]\n")
	job.Installs[0].Values = []byte(`{"a": 1, "b": [null, "x", 2.5]}`)
	job.Installs = append(job.Installs, chart.Install{Release: "bad"}, chart.Install{Release: "good"})
	broken := jobOf("")
	broken.Package.Files["Chart.yaml"] = []byte("name: c")
	builds := []map[string][]byte{
		{
			"kustomization.yaml": []byte("resources: [a.yaml]\nnamePrefix: p-\nbuildMetadata: [originAnnotations]\n"),
			"a.yaml":             []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n---\napiVersion: v1\nkind: A\nmetadata: {name: b}\n"),
		},
		{"kustomization.yaml": []byte("resources: [a.yaml]\n")},
	}
	own := processes(t, Limits{})
	for _, job := range []ChartJob{job, broken} {
		want, err := InProcess{}.Chart(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		got, err := own.Chart(t.Context(), job)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v (-own process +another): %s", err, diff)
		}
	}
	for _, files := range builds {
		want, wantErr := InProcess{}.Build(t.Context(), ".", files)
		got, err := own.Build(t.Context(), ".", files)
		if diff := cmp.Diff(want, got); fmt.Sprint(err) != fmt.Sprint(wantErr) || diff != "" {
			t.Errorf("%v, %v (-own process +another): %s", wantErr, err, diff)
		}
		if len(got) == 0 && err == nil || len(got) > 0 && (len(got) != 2 || got[0].File != "a.yaml") {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

// TestResults can fail where TestSameInBoth cannot.
func TestResults(t *testing.T) {
	job := jobOf("{{ if eq .Release.Name \"bad\" }}{{ fail \"no\" }}{{ end }}{apiVersion: v1, kind: A}")
	job.Installs = append(job.Installs, chart.Install{Release: "bad"})
	result, err := InProcess{}.Chart(t.Context(), job)
	if err != nil || result.Err != nil || result.Chart.Name != "c" || len(result.Installs) != 2 ||
		len(result.Installs[0].Manifests) != 1 || len(result.Installs[1].Errors) != 1 || result.Size() != int64(len(`{"apiVersion":"v1","kind":"A"}`)+2*64) || result.Lint != nil {
		t.Errorf("%+v, %v", result, err)
	}
	job.Package.Files["Chart.yaml"] = nil
	if result, err := (InProcess{}).Chart(t.Context(), job); err != nil || result.Err == nil || result.Chart != nil || result.Installs != nil {
		t.Errorf("%+v, %v", result, err)
	}
}
