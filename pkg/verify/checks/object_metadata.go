package checks

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var objectMetadata = &engine.Check{
	ID:       "object-metadata",
	Group:    engine.GroupSchema,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Names, namespaces, labels and annotations are such as the API server takes",
	Remedy:   "Correct the metadata.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			name(p, o)
			misspelt := false
			for _, field := range engine.SortedKeys(o.Get("metadata")) {
				if !slices.Contains(metadataFields, field) {
					misspelt = true
					p.Report(o.Place("metadata", field), "metadata has no such field")
				}
			}
			if !misspelt { // it may be the namespace
				namespace(p, o)
			}
			texts(p, o, "labels", validation.IsQualifiedName, content.IsLabelValue)
			texts(p, o, "annotations", isAnnotation, nil)
		}
	},
}

func isAnnotation(key string) []string { return validation.IsQualifiedName(strings.ToLower(key)) }

// metadataFields are those of metav1.ObjectMeta.
var metadataFields = []string{
	"annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers", "generateName",
	"generation", "labels", "managedFields", "name", "namespace", "ownerReferences", "resourceVersion", "selfLink", "uid",
}

func name(p *engine.Pass, o *rollout.Object) {
	if problems := nameRule(p.Scene, o.Group(), o.Kind)(o.Name); len(problems) > 0 {
		invalid(p, o, "name", problems[0])
	}
}

// nameRule returns what judges the names of objects of a kind.
func nameRule(s *engine.Scene, group, kind string) func(string) []string {
	switch {
	case group == "rbac.authorization.k8s.io":
		return content.IsPathSegmentName
	case group == "" && kind == "Service" && s.KubeVersion() == "1.35": // later ones may begin with a digit
		return validation.IsDNS1035Label
	case group == "" && (kind == "Namespace" || kind == "Service"):
		return validation.IsDNS1123Label
	}
	return validation.IsDNS1123Subdomain
}

func namespace(p *engine.Pass, o *rollout.Object) {
	needed := scopeOf(p.Scene, o)
	switch {
	case o.Namespace == "" && needed == namespaced && p.Complete():
		p.Advise(o.Place("metadata"), "Add metadata.namespace.", "the object has no namespace, and its kind needs one")
	case o.Namespace == "" && needed == namespaced:
		p.Unseen("%s has no namespace of its own; the kustomization may give it one", o.Ref)
	case o.Namespace != "" && needed == forTheCluster:
		p.Warn(o.Place("metadata", "namespace"), "objects of its kind belong to no namespace; this one is ignored")
	case o.Namespace != "":
		if problems := validation.IsDNS1123Label(o.Namespace); len(problems) > 0 {
			invalid(p, o, "namespace", problems[0])
		}
	}
}

// invalid reports a name or a namespace, unless a build or a substitution that is not done here
// gives the object another.
func invalid(p *engine.Pass, o *rollout.Object, field, problem string) {
	switch {
	case substitutes(o, "metadata", field):
	case !p.Complete():
		p.Unseen("%s has a %s that is not valid; the kustomization may give it another", o.Ref, field)
	default:
		p.Report(o.Place("metadata", field), "the %s is not valid: %s", field, problem)
	}
}

// texts judges labels and annotations.
func texts(p *engine.Pass, o *rollout.Object, field string, key, value func(string) []string) {
	for _, problem := range textProblems(o.Content, field, key, value) {
		if !substitutes(o, problem.Path...) {
			p.Report(o.Place(problem.Path...), "%s", problem.Text)
		}
	}
}

func textProblems(object map[string]any, field string, key, value func(string) []string) (problems []kubeschema.Problem) {
	metadata, _ := object["metadata"].(map[string]any)
	report := func(text string, keys ...any) {
		problems = append(problems, kubeschema.Problem{Path: append([]any{"metadata", field}, keys...), Text: text})
	}
	all := metadata[field]
	entries, isMap := all.(map[string]any)
	if all != nil && !isMap {
		report("it must be a map of texts")
		return problems
	}
	plain := make(map[string]string, len(entries))
	for _, name := range engine.SortedKeys(entries) {
		text, isText := entries[name].(string)
		plain[name] = text
		switch {
		case len(key(name)) > 0:
			report("the key is not valid: "+key(name)[0], name)
		case !isText:
			report("the value must be text: put it into quotes", name)
		case value != nil && len(value(text)) > 0:
			report("the value is not valid: "+value(text)[0], name)
		}
	}
	if err := apivalidation.ValidateAnnotationsSize(plain); err != nil && field == "annotations" {
		report(fmt.Sprintf("they have more than %d KiB altogether", apivalidation.TotalAnnotationSizeLimitB>>10))
	}
	return problems
}

// scope says whether objects of a kind have a namespace.
type scope int

const (
	unknownScope scope = iota
	namespaced
	forTheCluster
)

func scopeOf(s *engine.Scene, o *rollout.Object) scope {
	group := o.Group()
	resource := s.Resource(o.APIVersion, o.Kind)
	switch {
	case kubeschema.KnownGroup(group) || strings.HasSuffix(group, ".toolkit.fluxcd.io"):
		return namespaced
	case resource == nil:
		return unknownScope
	case resource.Namespaced:
		return namespaced
	}
	return forTheCluster
}

// metadataProblems judges the metadata of what a chart renders. Helm gives it its namespace.
func metadataProblems(s *engine.Scene, j judged) (problems []kubeschema.Problem) {
	metadata, _ := j.content["metadata"].(map[string]any)
	for _, key := range engine.SortedKeys(metadata) {
		if !slices.Contains(metadataFields, key) {
			problems = append(problems, kubeschema.Problem{Path: []any{"metadata", key}, Text: "metadata has no such field"})
		}
	}
	texts := map[string]func(string) []string{"name": nameRule(s, j.id().Group, j.kind), "namespace": validation.IsDNS1123Label}
	for _, field := range []string{"name", "namespace"} {
		text, isText := metadata[field].(string)
		generated, _ := metadata["generateName"].(string)
		switch {
		case field == "name" && metadata[field] == nil && generated != "", field == "namespace" && (metadata[field] == nil || text == ""):
		case !isText:
			problems = append(problems, kubeschema.Problem{Path: []any{"metadata", field}, Text: "it must be text"})
		case len(texts[field](text)) > 0:
			problems = append(problems, kubeschema.Problem{Path: []any{"metadata", field}, Text: fmt.Sprintf("the %s is not valid: %s", field, texts[field](text)[0])})
		}
	}
	problems = append(problems, textProblems(j.content, "labels", validation.IsQualifiedName, content.IsLabelValue)...)
	problems = append(problems, textProblems(j.content, "annotations", isAnnotation, nil)...)
	return kubeschema.WithoutVariables(j.content, problems)
}
