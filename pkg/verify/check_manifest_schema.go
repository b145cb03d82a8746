package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/fluxschema"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/internal/rollout"
)

var manifestSchema = &Check{
	ID:       "manifest-schema",
	Group:    GroupCharts,
	Severity: SeverityError,
	Title:    "What local charts render has the fields that its kind has",
	Why: `Helm sends what a chart renders with strict field validation: one field that the kind does not have, or a number where text
is needed, and the install fails, is tried again, and fails for ever. A value that is put into a template without ` + "`quote`" + ` is
the usual cause.

The charts are rendered with the values that helm-controller gives them. Objects of kinds that neither Flux nor Kubernetes has
are noted; what their CRD says is not known here.`,
	Remedy: "Correct the template, or the value that it puts there.",
	Bad: `# templates/agent.yaml
kind: DaemonSet
spec:
  template:
    spec:
      containers:
        - name: agent
          env:
            - {name: PORT, value: {{ .Values.port }}}   # "{{ .Values.port }}"`,
	run: func(p *pass) {
		var unknown []string
		noted := map[string]bool{}
		for _, judged := range p.judgeManifests() {
			for _, m := range judged {
				if id := m.text("apiVersion") + " " + m.kind(); !m.known && !noted[id] {
					noted[id] = true
					unknown = append(unknown, id)
				}
				for _, problem := range m.problems {
					at := m.place(p.scene)
					at.Path = rollout.Dotted(problem.Path...)
					p.report(at, "%s renders a %s that the API server refuses: %s", m.chart.Release.Ref, m.kind(), problem.Text)
				}
			}
		}
		if len(unknown) > 0 {
			slices.Sort(unknown)
			p.unseen("there is no schema here for what charts render of %s", strings.Join(unknown, ", "))
		}
	},
}

// judgedManifest is a rendered object, and why it is refused.
type judgedManifest struct {
	resource
	known    bool
	problems []fluxschema.Problem
}

// judgeManifests judges what each chart renders, side by side.
func (p *pass) judgeManifests() [][]judgedManifest {
	charts := p.charts()
	all := make([][]judgedManifest, len(charts))
	parallel.Each(len(charts), func(i int) {
		for _, m := range charts[i].resources() {
			problems, known := p.manifestProblems(m)
			all[i] = append(all[i], judgedManifest{m, known, problems})
		}
	})
	return all
}

// manifestProblems says why a rendered object is refused, and whether its kind is
// known. That entries of a list have one key is another check's.
func (p *pass) manifestProblems(m resource) (problems []fluxschema.Problem, known bool) {
	if p.ctx.Err() != nil {
		return nil, false
	}
	apiVersion := m.text("apiVersion")
	kind := fluxschema.Kind{Group: m.group(), Version: strings.TrimPrefix(apiVersion, m.group()+"/"), Kind: m.kind()}
	if schema := fluxschema.Find(p.fluxVersion(), kind); schema != nil {
		problems, err := schema.Problems(p.ctx, m.object)
		return problems, err == nil
	}
	if lostKind(apiVersion, m.kind()) {
		text := fmt.Sprintf("Kubernetes has no %s in %s", m.kind(), apiVersion)
		return []fluxschema.Problem{{Path: []any{"apiVersion"}, Text: text}}, true
	}
	return coreProblems(m.object), coreKind(apiVersion, m.kind())
}
