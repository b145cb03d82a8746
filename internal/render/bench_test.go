package render

import "testing"

const quota = `apiVersion: v1
kind: ResourceQuota
metadata: {name: {{ .Release.Name }}}
spec: {hard: {pods: "4"}}
`

// BenchmarkChart is a small chart: in the own process, in another one, and with the start of that.
func BenchmarkChart(b *testing.B) {
	own := processes(b, Limits{})
	for name, render := range map[string]func() Renderer{
		"in-process": func() Renderer { return InProcess{} },
		"process":    func() Renderer { return own },
		"started":    func() Renderer { return NewProcesses(Limits{}) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r := render()
				job := jobOf(quota)
				job.Lint = true
				result, err := r.Chart(b.Context(), job)
				if err != nil || result.Err != nil || len(result.Installs[0].Errors) > 0 {
					b.Fatal(result, err)
				}
				if p, ok := r.(*Processes); ok && p != own {
					_ = p.Close()
				}
			}
		})
	}
}
