package browser

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/corpus"
)

// reports are pages of bundles: that of an example, of the largest real one, and of a hostile one, and
// such that are compared with an earlier one.
func reports(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	add := func(name string, o aicr.ReportOptions) {
		o.Page = filepath.Join(t.TempDir(), name+".html")
		made, err := aicr.Report(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if len(made.HTML) > 1_500_000 {
			t.Errorf("%s: the page has %d bytes", name, len(made.HTML))
		}
		pages[name] = "file://" + filepath.ToSlash(o.Page)
	}
	dir := t.TempDir()
	if _, err := aicr.Init(t.Context(), aicr.InitOptions{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	add("example", aicr.ReportOptions{Source: filepath.Join(dir, "recipe.yaml")})
	add("same", aicr.ReportOptions{Source: filepath.Join(dir, "recipe.yaml"), Compare: filepath.Join(dir, "recipe.yaml")})
	add("compared", aicr.ReportOptions{Source: changed(t, dir), Compare: filepath.Join(dir, "recipe.yaml")})
	add("hostile", aicr.ReportOptions{Source: hostile(t, "", true)})
	add("hostile-compared", aicr.ReportOptions{Source: hostile(t, "", false), Compare: hostile(t, "&amp;<b>", false)})
	if corpus.Root() != "" {
		r := corpus.Largest(t)
		all := corpus.BySize(t)
		smallest := all[len(all)-1]
		o := aicr.BundleOptions{Data: []string{r.Data}, Options: deployer.Options{Ordering: "graph", EventDriven: true, Readiness: true}}
		add("largest", aicr.ReportOptions{Source: r.File, BundleOptions: o})
		add("largest-compared", aicr.ReportOptions{Source: r.File, Compare: smallest.File, BundleOptions: o})
	}
	return pages
}

// changed is the recipe in dir with a few things done to it: another version, another namespace, other
// values, and one component less.
func changed(t *testing.T, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "recipe.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("version: v26.3.2", "version: v26.3.3", "efa: 32", "efa: 16", "namespace: node-feature-discovery", "namespace: nfd",
		"storage: 100Gi", "storage: 200Gi", "    chart: aws-efa-k8s", "    overrides: {enabled: false}\n    chart: aws-efa-k8s",
		"    overrides:\n      image:\n        # The registry of your region.\n        repository: 602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/aws-efa-k8s-device-plugin\n", "").Replace(string(data))
	file := filepath.Join(dir, "changed.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// hostile writes a bundle whose every text tries to be more than text. One that is broken cannot be
// compared.
func hostile(t *testing.T, more string, broken bool) string {
	t.Helper()
	evil := more + `</script><script>alert(1)</script><img src=x onerror=alert(2)>"' onload='alert(3)' javascript:alert(4) {{ 7 }} <style>*{display:none}</style> -->`
	dir := t.TempDir()
	for name, text := range map[string]string{
		"kustomization.yaml": "resources: [release.yaml]\n",
		"release.yaml": fmt.Sprintf(`apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: %[1]q, namespace: %[1]q}
spec:
  targetNamespace: %[1]q
  timeout: %[1]q
  dependsOn: [{name: %[1]q}, {name: "javascript:alert(5)"}]
  chart: {spec: {chart: ./chart, version: %[1]q, sourceRef: {kind: GitRepository, name: repo}}}
  healthCheckExprs: [{apiVersion: v1, kind: %[1]q, current: %[1]q}]
  values: {%[1]q: %[1]q, adminPassword: hushhush, short: {token: abc}}
`, evil),
		"chart/Chart.yaml":          fmt.Sprintf("apiVersion: v2\nname: %[1]q\nversion: 0.1.0\nappVersion: %[1]q\n", evil),
		"chart/templates/evil.yaml": evil + "\nhushhush\n",
		"broken.yaml":               "a: b: " + evil + "\n",
		"aicr.yaml":                 "options: " + evil + "\n",
		"bundle-info.yaml":          fmt.Sprintf("metadata: {version: %q}\n", evil),
	} {
		if broken && name == "kustomization.yaml" {
			text = "resources: [release.yaml, broken.yaml]\n"
		}
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestReport looks at pages in a real browser, in light and dark, wide and narrow: it complains of
// nothing, axe finds no barrier, and nothing is wider than the window.
func TestReport(t *testing.T) {
	axe := script(t, "axe-core/axe.min.js")
	ctx := tab(t)
	for name, address := range reports(t) {
		for _, scheme := range []string{"light", "dark"} {
			media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
			}}
			if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
				t.Fatal(err)
			}
			for _, width := range []int64{1280, 360} {
				at := fmt.Sprintf("%s-%s-%d", name, scheme, width)
				do(ctx, t, chromedp.EmulateViewport(width, 900), chromedp.Navigate(address))
				t.Logf("%s: interactive after %.0f ms", at, evaluate[float64](ctx, t, `performance.getEntriesByType("navigation")[0].domInteractive`))
				shoot(ctx, t, at)
				if over := evaluate[[]string](ctx, t, `document.documentElement.scrollWidth <= innerWidth ? [] :
					["the page: " + document.documentElement.scrollWidth, ...[...document.querySelectorAll("body *")].filter(e => !e.closest(".picture") && e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 200))]`); len(over) > 0 {
					t.Errorf("%s: wider than the window: %s", at, over)
				}
				evaluate[any](ctx, t, `document.querySelectorAll("details").forEach(d => d.open = true)`)
				shoot(ctx, t, at+"-open")
				barriers := evaluate[[]string](ctx, t, axe+`;axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v =>
					v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " " + n.any.map(a => a.message)).join("; ")))`)
				for _, barrier := range barriers {
					t.Errorf("%s: axe: %s", at, barrier)
				}
			}
		}
	}
}

// TestHazard02_TheReportRunsNoScriptOfABundle in a page whose every text tries to.
func TestHazard02_TheReportRunsNoScriptOfABundle(t *testing.T) {
	ctx := tab(t)
	pages := reports(t)
	for _, name := range []string{"hostile", "hostile-compared"} {
		t.Run(name, func(t *testing.T) { runsNoScript(ctx, t, pages[name]) })
	}
}

func runsNoScript(ctx context.Context, t *testing.T, address string) {
	t.Helper()
	do(ctx, t, chromedp.Navigate(address))
	if n := evaluate[int](ctx, t, `document.querySelectorAll("script, style, img, link, iframe, object, [onload], [onerror]").length`); n != 2 {
		t.Errorf("the page has %d scripts, styles and images, want 2", n)
	}
	if links := evaluate[[]string](ctx, t, `[...document.querySelectorAll("a")].map(a => a.getAttribute("href")).filter(h => !h.startsWith("#"))`); len(links) > 0 {
		t.Errorf("links leave the page: %q", links)
	}
	if n := evaluate[int](ctx, t, `document.querySelectorAll("details.release:not(.gone)").length`); n != 1 {
		t.Errorf("the page has %d releases, want 1", n)
	}
	text := evaluate[string](ctx, t, `document.body.textContent`)
	for _, secret := range []string{"hushhush", "abc\n"} {
		if strings.Contains(text, secret) {
			t.Errorf("the page shows the secret %q", secret)
		}
	}
}

// TestReport_Search finds values, opens what has them, and forgets it all again.
func TestReport_Search(t *testing.T) {
	ctx := tab(t)
	do(ctx, t, chromedp.Navigate(reports(t)["example"]))
	const shown = `[...document.querySelectorAll("details.release")].filter(r => !r.hidden).map(r => r.id + (r.open ? " open" : ""))`
	all := evaluate[[]string](ctx, t, shown)
	word := evaluate[string](ctx, t, `[...document.querySelectorAll("details.release")].find(r => r.querySelector("pre")).querySelector("pre").textContent.trim().split("\n")[0]`)
	do(ctx, t, chromedp.SendKeys(chromedp.CSS("#search"), strings.ToUpper(word)))
	found := evaluate[[]string](ctx, t, `new Promise(done => setTimeout(() => done(`+shown+`), 300))`)
	if len(found) == 0 || len(found) >= len(all) || !strings.HasSuffix(found[0], " open") {
		t.Errorf("%q is found in %v of %v", word, found, all)
	}
	if status := evaluate[string](ctx, t, `document.getElementById("found").textContent`); !strings.HasPrefix(status, fmt.Sprintf("%d of %d releases", len(found), len(all))) {
		t.Errorf("the page says %q", status)
	}
	if marks := evaluate[int](ctx, t, `CSS.highlights.get("found").size`); marks == 0 {
		t.Error("nothing is marked")
	}
	shoot(ctx, t, "search")
	do(ctx, t, chromedp.KeyEvent("\x1b"))
	if again := evaluate[[]string](ctx, t, `new Promise(done => setTimeout(() => done(`+shown+`), 300))`); strings.Join(again, ",") != strings.Join(all, ",") {
		t.Errorf("after Escape: %v, want %v", again, all)
	}
}

// TestReport_Compare leads from what happens to the release that it happens to, also to one that goes,
// and finds what differs.
func TestReport_Compare(t *testing.T) {
	ctx := tab(t)
	pages := reports(t)
	do(ctx, t, chromedp.Navigate(pages["same"]))
	if text := evaluate[string](ctx, t, `document.getElementById("changes").textContent`); !strings.Contains(text, "Nothing changes in a cluster that runs") {
		t.Errorf("the page says %q", text)
	}
	do(ctx, t, chromedp.Navigate(pages["compared"]))
	const links = `[...document.querySelectorAll("#changes .finding a")].map(a => a.getAttribute("href"))`
	if got := evaluate[[]string](ctx, t, links); len(got) < 2 || got[0] != "#release-aws-efa" {
		t.Errorf("effects lead to %v", got)
	}
	evaluate[any](ctx, t, `document.querySelector("#changes .finding a").focus()`)
	do(ctx, t, chromedp.KeyEvent("\r"))
	const state = `new Promise(done => setTimeout(() => done([...document.querySelectorAll("details.gone")].map(r => r.id + (r.open ? " open" : "")).join()), 300))`
	if got := evaluate[string](ctx, t, state); got != "release-aws-efa open" {
		t.Errorf("what goes: %q", got)
	}
	do(ctx, t, chromedp.Navigate(pages["compared"]), chromedp.SendKeys(chromedp.CSS("#search"), "100Gi"))
	const found = `new Promise(done => setTimeout(() => done([...document.querySelectorAll("details.release[open]")].map(r => r.id).join()), 300))`
	if got := evaluate[string](ctx, t, found); got != "release-kube-prometheus-stack" {
		t.Errorf("what was, 100Gi, is found in %q", got)
	}
}

// TestReport_Links: each leads to something, and one to a release opens it, from the keyboard too.
func TestReport_Links(t *testing.T) {
	ctx := tab(t)
	pages := reports(t)
	for _, name := range []string{"compared", "example"} {
		do(ctx, t, chromedp.Navigate(pages[name]))
		if dead := evaluate[[]string](ctx, t, `[...document.querySelectorAll("a")].map(a => a.getAttribute("href")).filter(h => !document.getElementById(h.slice(1)))`); len(dead) > 0 {
			t.Errorf("%s: links that lead nowhere: %v", name, dead)
		}
	}
	target := evaluate[string](ctx, t, `(() => { const a = document.querySelector("svg a"); a.focus(); return a.getAttribute("href") })()`)
	do(ctx, t, chromedp.KeyEvent("\r"))
	if open := evaluate[string](ctx, t, `new Promise(done => setTimeout(() => done([...document.querySelectorAll("details.release[open]")].map(r => "#" + r.id).join()), 300))`); open != target {
		t.Errorf("%s opened %s", target, open)
	}
	if focus := evaluate[string](ctx, t, `"#" + document.activeElement.closest("details").id`); focus != target {
		t.Errorf("the focus is in %s, want %s", focus, target)
	}
}

// TestReport_Print: on paper everything is open, and nothing is that a mouse is needed for.
func TestReport_Print(t *testing.T) {
	ctx := tab(t)
	do(ctx, t, chromedp.Navigate(reports(t)["example"]))
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "print.pdf", pdf)
	if pages := bytes.Count(pdf, []byte("/Type /Page\n")) + bytes.Count(pdf, []byte("/Type /Page/")); pages < 3 {
		t.Errorf("%d pages, so what is closed on the screen is not on paper", pages)
	}
	if still := evaluate[int](ctx, t, `document.querySelectorAll("details[open]").length`); still > 0 {
		t.Errorf("%d parts stay open after printing", still)
	}
}

// shoot keeps a picture of the page where $BROWSER_SHOTS names a directory.
func shoot(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	if os.Getenv("BROWSER_SHOTS") == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	keep(t, name+".png", png)
}

func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if dir := os.Getenv("BROWSER_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
