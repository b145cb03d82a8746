package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

const jobTemplate = "gpu-operator-pre/templates/job.yaml"

func job(metadata, spec string) string {
	return "apiVersion: batch/v1\nkind: Job\nmetadata:\n" + metadata + "spec:\n" + spec +
		"  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: main\n        image: busybox:1.36\n"
}

func TestPlainJob(t *testing.T) {
	for _, mode := range []string{"git", "oci"} {
		each(t, "plain-job",
			defect{name: mode, mode: mode, warning: true, breakIt: add(jobTemplate, job("  name: warm-up\n", "")), at: jobTemplate + ":2", says: "HelmRelease flux-system/gpu-operator-pre renders this Job"},
			defect{name: mode + " after another object", mode: mode, warning: true, breakIt: add(jobTemplate, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n---\n"+job("  name: {{ .Release.Name }}-b\n", "")), at: jobTemplate + ":7", says: "fixed name"},
		)
	}
}

func TestJobsThatUpgrade(t *testing.T) {
	for name, text := range map[string]string{
		"hook":    job("  name: a\n  annotations:\n    helm.sh/hook: post-install\n", ""),
		"hash":    job("  name: a-{{ .Values | toJson | sha256sum | trunc 8 }}\n", ""),
		"expires": job("  name: a\n", "  ttlSecondsAfterFinished: 60\n"),
	} {
		t.Run(name, func(t *testing.T) {
			bundle := load(t, "git")
			add(jobTemplate, text)(t, bundle)
			passes(t, bundle, verify.Options{})
		})
	}
}

func TestPlainJobOfAVendoredChart(t *testing.T) {
	each(t, "plain-job", defect{
		name: "packed", warning: true, breakIt: withUpstream(changed("templates/job.yaml", job("  name: warm-up\n", "")), "driver: {version: \"570.26\"}"),
		at: upstreamName, says: "HelmRelease flux-system/gpu-operator renders this Job",
	})
}
