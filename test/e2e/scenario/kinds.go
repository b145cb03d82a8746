package scenario

import (
	"cmp"
	"maps"
	"regexp"
	"slices"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
)

// Manifests are templates, so that their kinds are found by lines, and not by reading YAML.
var (
	documentEnd = regexp.MustCompile(`(?m)^---`)
	versionLine = regexp.MustCompile(`(?m)^apiVersion:\s*["']?([^\s"']+)`)
	kindLine    = regexp.MustCompile(`(?m)^kind:\s*["']?([A-Za-z]+)`)
	definedLine = regexp.MustCompile(`(?m)^ {4}kind:\s*["']?([A-Za-z]+)`) // in spec.names of a CRD
)

// knowKinds creates a CRD for each kind of the recipe's manifests that neither the cluster nor a
// stub has, nor another manifest brings.
func (s *S) knowKinds(input deployer.Input) {
	s.Helper()
	unknown, defined := map[schema.GroupKind]schema.GroupVersionKind{}, map[string]bool{}
	for _, all := range []map[string]map[string][]byte{input.PreManifests, input.Manifests} {
		for _, manifests := range all {
			for _, data := range manifests {
				for _, kind := range definedLine.FindAllStringSubmatch(string(data), -1) {
					defined[kind[1]] = true
				}
				for _, kind := range kindsIn(string(data)) {
					_, err := s.Client.RESTMapper().RESTMapping(kind.GroupKind(), kind.Version)
					if meta.IsNoMatchError(err) && !s.Charts.brings(kind.GroupKind()) {
						unknown[kind.GroupKind()] = kind
					}
				}
			}
		}
	}
	maps.DeleteFunc(unknown, func(kind schema.GroupKind, _ schema.GroupVersionKind) bool { return defined[kind.Kind] })
	byName := func(a, b schema.GroupVersionKind) int { return cmp.Compare(a.String(), b.String()) }
	for _, kind := range slices.SortedFunc(maps.Values(unknown), byName) {
		s.must(s.CreateCRDs(s.ctx, cluster.AnyCRD(kind, apiextensions.NamespaceScoped)))
	}
}

func kindsIn(text string) (kinds []schema.GroupVersionKind) {
	for _, doc := range documentEnd.Split(text, -1) {
		version, kind := versionLine.FindStringSubmatch(doc), kindLine.FindStringSubmatch(doc)
		if version != nil && kind != nil {
			kinds = append(kinds, schema.FromAPIVersionAndKind(version[1], kind[1]))
		}
	}
	return kinds
}
