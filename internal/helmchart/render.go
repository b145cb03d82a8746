package helmchart

import (
	"cmp"
	"context"
	stderrors "errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// DefaultKubeVersion is the version of Kubernetes that charts are told where none is given. Helm's own default depends on
// how the program was built.
const DefaultKubeVersion = "v1.36.0"

// Install is what a release adds to its chart.
type Install struct {
	// Release and Namespace are what templates see as .Release.Name and .Release.Namespace.
	Release, Namespace string
	// Values are the release's, as YAML or JSON decodes them; Render leaves them as they are. Templates see every number
	// as a float64, as helm-controller decodes them: one above 999999 is written with an exponent unless it passes int.
	Values map[string]any
	// KubeVersion is the cluster's version, such as "v1.34.1"; empty means DefaultKubeVersion.
	KubeVersion string
	// APIVersions are what the cluster has besides Kubernetes' own: "monitoring.coreos.com/v1",
	// "monitoring.coreos.com/v1/ServiceMonitor".
	APIVersions []string
	// Timeout bounds the rendering; 0 means DefaultTimeout.
	Timeout time.Duration

	growth uint64 // for tests; 0 means maxHeap
}

// Render returns what Helm would send to a cluster in a first install of the chart: the CRDs of crds/, of the charts
// inside it too, then the documents of the templates, hooks included, sorted by template.
//
// Templates are the programs of strangers. They see no cluster (lookup finds nothing), no network, no environment and no
// file that is not the chart's; what they make of the clock and of random numbers differs from run to run. They may run
// for Timeout, give 64 MiB, and let the program grow by 1 GiB; the error for more has KindLimit or KindMemory. A rendering
// that does not stop when told to is left behind in its goroutine: then only the end of the program ends it. What makes it
// stop is in guard.go; left behind are single calls that compute for long, such as the generation of a large key.
//
// All that is wrong with a chart's documents is in one error; see Error.
func Render(ctx context.Context, c *Chart, in Install) ([]Manifest, error) {
	timeout := in.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, limitError{errSlow})
	defer cancel()

	type outcome struct {
		manifests []Manifest
		err       error
	}
	growth := cmp.Or(in.growth, maxHeap)
	outside := newGuard(ctx, growth)
	done := make(chan outcome, 1)
	go func() {
		var out outcome
		defer func() {
			if r := recover(); r != nil {
				out = outcome{err: fail(KindTemplate, "the chart makes Helm panic (%v); report it to the chart's authors", r)}
			}
			done <- out
		}()
		out.manifests, out.err = render(ctx, c, in, growth)
	}()
	watch := time.NewTicker(watchEvery)
	defer watch.Stop()
	for {
		select {
		case out := <-done:
			return out.manifests, out.err
		case <-ctx.Done():
			return nil, limit(context.Cause(ctx))
		case <-watch.C:
			// A single call of a function cannot be stopped, but need not be waited for.
			if err := outside.check(); err != nil {
				return nil, limit(err)
			}
		}
	}
}

func render(ctx context.Context, c *Chart, in Install, growth uint64) ([]Manifest, error) {
	loaded, err := c.load()
	if err != nil {
		return nil, err
	}
	capabilities, err := capabilities(in)
	if err != nil {
		return nil, err
	}
	if err := installable(c, capabilities); err != nil {
		return nil, err
	}
	values, _ := asDecoded(in.Values).(map[string]any)
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return nil, fail(KindChart, "its dependencies cannot be resolved: %s", oneLine(err.Error()))
	}
	options := common.ReleaseOptions{Name: in.Release, Namespace: in.Namespace, Revision: 1, IsInstall: true}
	top, err := commonutil.ToRenderValuesWithSchemaValidation(loaded, values, options, capabilities, true)
	if err != nil {
		return nil, fail(KindValues, "the values cannot be merged into the chart's: %s", oneLine(err.Error()))
	}
	if err := schemas(loaded, top); err != nil {
		return nil, err
	}
	crds, err := crdManifests(loaded.CRDObjects())
	if err != nil {
		return nil, err
	}
	g := newGuard(ctx, growth)
	bounded(loaded)
	texts, err := (engine.Engine{CustomTemplateFuncs: g.funcs()}).RenderWithContext(ctx, loaded, top)
	switch {
	case g.hit != nil:
		return nil, at(limit(g.hit), err)
	case err != nil:
		return nil, at(nil, err)
	}
	if err := checkOutput(texts); err != nil {
		return nil, err
	}
	rendered, err := manifests(texts)
	if err != nil {
		return nil, err
	}
	return append(crds, rendered...), nil
}

// asDecoded copies values as encoding/json would have decoded them.
func asDecoded(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, item := range v {
			m[key] = asDecoded(item)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = asDecoded(item)
		}
		return list
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case uint64:
		return float64(v)
	}
	return v
}

// CheckKubeVersion refuses what Render would refuse as Install.KubeVersion, before any chart is at hand.
func CheckKubeVersion(version string) error {
	_, err := kubeVersion(version)
	return err
}

func kubeVersion(text string) (*common.KubeVersion, error) {
	version, err := common.ParseKubeVersion(cmp.Or(text, DefaultKubeVersion))
	if err != nil {
		return nil, errors.Invalid("%q is no version of Kubernetes; write one such as v1.34.1", text)
	}
	return version, nil
}

func capabilities(in Install) (*common.Capabilities, error) {
	all := common.DefaultCapabilities.Copy()
	version, err := kubeVersion(in.KubeVersion)
	if err != nil {
		return nil, err
	}
	all.KubeVersion = *version
	all.APIVersions = append(all.APIVersions[:len(all.APIVersions):len(all.APIVersions)], in.APIVersions...)
	return all, nil
}

// installable refuses what Helm would not install, before it looks at any template.
func installable(c *Chart, capabilities *common.Capabilities) error {
	switch {
	case c.Type == "library":
		return fail(KindChart, "it is a library chart, which Helm installs only inside another one")
	case len(c.Missing) > 0:
		return fail(KindChart, "Chart.yaml has dependencies that charts/ does not hold: %s; put them there", strings.Join(c.Missing, ", "))
	case c.KubeVersion != "" && !chartutil.IsCompatibleRange(c.KubeVersion, capabilities.KubeVersion.String()):
		return fail(KindChart, "it wants Kubernetes %s, and the cluster has %s", c.KubeVersion, capabilities.KubeVersion.String())
	}
	return nil
}

func schemas(loaded *chartv2.Chart, top common.Values) error {
	values, _ := top["Values"].(common.Values)
	var problems []error
	for _, complaint := range checkSchema(loaded, values) {
		problems = append(problems, fail(KindValues, "the values violate the %s; change them, or the chart", complaint))
	}
	return errors.Join(problems...)
}

// bounded instruments the templates of the chart and of those inside it.
func bounded(c *chartv2.Chart) {
	for i, template := range c.Templates {
		// The data of the file belongs to every use of the chart.
		c.Templates[i] = &common.File{Name: template.Name, ModTime: template.ModTime, Data: []byte(instrument(string(template.Data)))}
	}
	for _, dependency := range c.Dependencies() {
		bounded(dependency)
	}
}

func checkOutput(texts map[string]string) error {
	total := 0
	for _, text := range texts {
		total += len(text)
	}
	if total > maxOutput {
		return fail(KindLimit, "its templates give %d MiB, and a chart may give %d", total>>20, maxOutput>>20)
	}
	return nil
}

// limit makes an Error of a bound that was hit; the end of the caller's own context stays what it is.
func limit(reason error) error {
	var hit limitError
	if !stderrors.As(reason, &hit) {
		return reason
	}
	kind := KindLimit
	if stderrors.Is(hit.error, errBig) {
		kind = KindMemory
	}
	return fail(kind, "%s; the chart cannot be rendered here", hit.error)
}

// at adds to an error the place in the template that Helm's message names first. A nil err is made of the message.
func at(err, helm error) error {
	text := plain(helm.Error())
	e := &Error{Kind: KindTemplate, Message: oneLine(text)}
	var known *Error
	switch {
	case stderrors.As(err, &known):
		*e = *known
	case err != nil:
		return err
	}
	e.Message = shortened(e.Message)
	if place := placePattern.FindStringSubmatchIndex(text); place != nil {
		e.Template = text[place[2]:place[3]]
		e.Line, _ = strconv.Atoi(text[place[4]:place[5]])
		if known == nil {
			e.Message = shortened(message(text, text[place[0]:place[1]]))
		}
	}
	return coded(e)
}

// shortened leaves of a long chain of calls where it begins and how it ends.
func shortened(text string) string {
	const most = 400
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most/2]) + " … " + string(runes[len(runes)-most/2:])
	}
	return text
}

var placePattern = regexp.MustCompile(`([^\s()":]+):(\d+)(?::\d+)?`)

// message takes the place, which stands before the message now, out of Helm's text.
func message(text, place string) string {
	for _, lead := range []string{"parse error at (%s): ", "execution error at (%s): ", "template: %s: ", "%s\n"} {
		if cut, ok := strings.CutPrefix(text, fmt.Sprintf(lead, place)); ok {
			return oneLine(cut)
		}
	}
	return oneLine(text)
}
