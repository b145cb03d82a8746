package report_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/report"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// compared makes the page of a shop that takes the place of an older one.
func compared(t *testing.T, old map[string]string, change func(*diff.Report)) string {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range old {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	before, err := rollout.Read(t.Context(), fsys, rollout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return page(t, shop(), func(in *report.Input) {
		changes := diff.Of(&diff.Side{Rollout: before, Name: "<old>"}, &diff.Side{Rollout: in.Rollout, Name: "new"})
		if change != nil {
			change(&changes)
		}
		in.Changes = &changes
	})
}

func TestThePageSaysWhatChanges(t *testing.T) {
	if made := compared(t, shop(), nil); !strings.Contains(made, "Nothing changes in a cluster that runs <code>&lt;old&gt;</code>") || strings.Contains(made, ">upgraded<") {
		t.Error("the page does not say that nothing changes")
	}
	old := shop()
	old["web/helmrelease.yaml"] = strings.NewReplacer("replicas: 3", "replicas: 2", "hush-hush-hush,", "older-secret,").Replace(release)
	old["web-post/helmrelease.yaml"] = strings.ReplaceAll(local, "name: web-post,", "name: gone,")
	made := compared(t, old, nil)
	for _, want := range []string{
		"1 release uninstalled, 1 release upgraded, 1 release installed", `<details class="release gone local" id="release-gone">`, `<span class="pill bad">uninstalled</span>`,
		`<a href="#release-gone">gone</a> is uninstalled from namespace shop`, "replicas: 2 → 3", `<span class="pill ">new</span>`, "<li>is upgraded: ",
	} {
		if !strings.Contains(made, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	for _, secret := range []string{"older-secret", "hush-hush-hush"} {
		if strings.Contains(made, secret) {
			t.Errorf("the page shows the secret %q", secret)
		}
	}
}

// Of very many differences it has the first, and says how many there are.
func TestThePageOfManyChangesStaysSmall(t *testing.T) {
	made := compared(t, shop(), func(r *diff.Report) {
		r.Same = false
		for i := range 100 {
			release := diff.Release{Change: rollout.Change{Ref: rollout.Ref{Kind: "HelmRelease", Name: fmt.Sprint(i)}, Action: rollout.Uninstall, Release: fmt.Sprint(i)}}
			for j := range 1000 {
				release.Values = append(release.Values, diff.Field{Path: fmt.Sprintf("a.path.of.values.%d", j), Change: diff.Changed, From: strings.Repeat("x", 100), To: "<script>"})
			}
			r.Releases = append(r.Releases, release)
		}
	})
	if len(made) > 1_500_000 {
		t.Errorf("the page has %d bytes", len(made))
	}
	if !strings.Contains(made, "more lines, which <code>aicr diff</code> shows") || strings.Count(made, `<details class="release gone"`) != 100 {
		t.Error("the page does not say what it leaves out")
	}
}
