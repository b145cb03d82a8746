package chart

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// DefaultKubeVersion is the version of Kubernetes that charts are told where none is given. Helm's
// own default depends on how the program was built.
const DefaultKubeVersion = "v1.36.0"

// maxOutput bounds what the templates of a chart render, in bytes.
const maxOutput = 64 << 20

// Install is what a release adds to its chart.
type Install struct {
	// Release and Namespace are what templates see as .Release.Name and .Release.Namespace.
	Release, Namespace string
	// Values are the release's as JSON, as helm-controller has them; empty for none. So templates
	// see every number as a float64: above 999999 it has an exponent unless it passes int.
	Values []byte
	// KubeVersion is the cluster's version, such as "v1.34.1"; empty means DefaultKubeVersion.
	KubeVersion string
	// AnyKubeVersion says that the cluster's version is not known: where the chart refuses this one,
	// it is told the newest that it accepts.
	AnyKubeVersion bool
	// APIVersions are what the cluster has besides Kubernetes' own: "monitoring.coreos.com/v1",
	// "monitoring.coreos.com/v1/ServiceMonitor".
	APIVersions []string
	// NoOtherAPIs says that APIVersions are all, those of Kubernetes too. What Helm takes for these
	// are also such as no Kubernetes serves any longer.
	NoOtherAPIs bool
	// PostRender is what helm-controller adds to Helm; nil leaves it out.
	PostRender *PostRender
}

// Install returns what Helm would send to a cluster in a first install of the chart: the CRDs of
// crds/, of the charts inside it too, then the documents of the templates, hooks included, sorted
// by template. All that is wrong with a chart's documents is in the errors; those that do not stop
// Helm come with the documents.
//
// Templates see no cluster (lookup finds nothing), no network and no file that is not the chart's.
// What they make of the clock and of random numbers differs from run to run.
func (l *Loaded) Install(ctx context.Context, in Install) ([]Manifest, []*Error) {
	loaded, top, errs := l.prepare(in)
	if errs != nil {
		return nil, errs
	}
	crds, errs := crdManifests(loaded.CRDObjects())
	if errs != nil {
		return nil, errs
	}
	texts, err := engine.Engine{}.RenderWithContext(ctx, loaded, top)
	if err != nil {
		return nil, []*Error{templateError(err.Error())}
	}
	total := 0
	for _, text := range texts {
		total += len(text)
	}
	if total > maxOutput {
		return nil, []*Error{fail(KindLimit, "its templates render %d MiB, and a chart may render %d", total>>20, maxOutput>>20)}
	}
	rendered, plain, errs := manifests(texts)
	if errs != nil {
		return nil, errs
	}
	if in.PostRender == nil {
		return append(crds, rendered...), nil
	}
	record := checkRecord(loaded, in, texts)
	if plain && !in.PostRender.changes() {
		return append(crds, rendered...), record
	}
	after, refused := in.PostRender.run(texts)
	if after == nil {
		after = rendered
	}
	return append(crds, after...), append(refused, record...)
}

// prepare does what Helm does before it looks at any template, and returns what it gives to them.
func (l *Loaded) prepare(in Install) (*chartv2.Chart, common.Values, []*Error) {
	failed := func(kind Kind, format string, args ...any) (*chartv2.Chart, common.Values, []*Error) {
		return nil, nil, []*Error{fail(kind, format, args...)}
	}
	loaded, failure := l.load()
	if failure != nil {
		return nil, nil, []*Error{failure}
	}
	version := cmp.Or(in.KubeVersion, DefaultKubeVersion)
	if in.AnyKubeVersion {
		version = fittingKubeVersion(l.KubeVersion, version)
	}
	capabilities, err := capabilities(version, in.APIVersions)
	if in.NoOtherAPIs {
		capabilities.APIVersions = in.APIVersions
	}
	switch kube := capabilities.KubeVersion.String(); {
	case err != nil:
		return failed(KindChart, "%s", err)
	case l.Type == "library":
		return failed(KindChart, "it is a library chart, which Helm installs only inside another one")
	case len(l.Missing) > 0:
		return failed(KindChart, "Chart.yaml has dependencies that charts/ does not hold: %s; put them there", strings.Join(l.Missing, ", "))
	case l.KubeVersion != "" && !chartutil.IsCompatibleRange(l.KubeVersion, kube):
		return failed(KindChart, "it wants Kubernetes %s, and the cluster has %s", l.KubeVersion, kube)
	}
	values := map[string]any{}
	if len(in.Values) > 0 {
		if err := json.Unmarshal(in.Values, &values); err != nil {
			return failed(KindValues, "the values are not a map: %s", err)
		}
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return failed(KindChart, "its dependencies cannot be resolved: %s", oneLine(err.Error()))
	}
	options := common.ReleaseOptions{Name: in.Release, Namespace: in.Namespace, Revision: 1, IsInstall: true}
	// The schemas are left out: Helm would open what they refer to.
	top, err := commonutil.ToRenderValuesWithSchemaValidation(loaded, values, options, capabilities, true)
	if err != nil {
		return failed(KindValues, "the values cannot be merged into the chart's: %s", oneLine(err.Error()))
	}
	merged, _ := top["Values"].(common.Values)
	return loaded, top, checkSchemas(loaded, merged)
}

// CheckKubeVersion refuses what cannot be the KubeVersion of an Install.
func CheckKubeVersion(version string) error {
	_, err := capabilities(version, nil)
	return err
}

func capabilities(version string, apis []string) (*common.Capabilities, error) {
	all := common.DefaultCapabilities.Copy()
	kube, err := common.ParseKubeVersion(cmp.Or(version, DefaultKubeVersion))
	if err != nil {
		return all, errors.Invalid("invalid Kubernetes version %q: use one such as v1.34.1", version)
	}
	all.KubeVersion, all.APIVersions = *kube, append(slices.Clip(all.APIVersions), apis...)
	return all, nil
}

// fittingKubeVersion returns the version, or where a chart refuses it the newest that it accepts; the
// version itself where it accepts none.
func fittingKubeVersion(wanted, version string) string {
	if wanted == "" || chartutil.IsCompatibleRange(wanted, version) {
		return version
	}
	const newest, oldest = 40, 16
	for minor := newest; minor >= oldest; minor-- {
		if other := fmt.Sprintf("v1.%d.0", minor); chartutil.IsCompatibleRange(wanted, other) {
			return other
		}
	}
	return version
}

// templateError takes from a message of Helm's engine the place that it names first.
func templateError(text string) *Error {
	e := &Error{Kind: KindTemplate, Message: oneLine(text)}
	if place := placePattern.FindStringSubmatchIndex(text); place != nil {
		e.Template = text[place[2]:place[3]]
		e.Line, _ = strconv.Atoi(text[place[4]:place[5]])
		e.Message = withoutPlace(text, text[place[0]:place[1]])
	}
	e.Message = shortened(e.Message)
	return e
}

var placePattern = regexp.MustCompile(`([^\s()":]+):(\d+)(?::\d+)?`)

func withoutPlace(text, place string) string {
	for _, lead := range []string{"parse error at (%s): ", "execution error at (%s): ", "template: %s: ", "%s\n"} {
		if cut, ok := strings.CutPrefix(text, fmt.Sprintf(lead, place)); ok {
			return oneLine(cut)
		}
	}
	return oneLine(text)
}

// shortened leaves of a long chain of calls where it begins and how it ends.
func shortened(text string) string {
	const most = 400
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most/2]) + " … " + string(runes[len(runes)-most/2:])
	}
	return text
}
