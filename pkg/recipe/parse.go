package recipe

import (
	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Parse reads a recipe document and checks its form: every field of the right kind, no key twice.
// It does not check what Validate checks. All problems are reported at once, each with its line. An
// unknown key is a problem where it is nearly the name of a field or another word for one, and
// otherwise a warning; strict makes it a problem in any case.
func Parse(data []byte, strict bool) (*RecipeResult, error) {
	r, _, err := parse(data, strict)
	return r, err
}

// parse is Parse that also returns the tree, for the lines of what Validate finds. With problems it
// still returns what could be read.
func parse(data []byte, strict bool) (*RecipeResult, *yaml.Node, error) {
	if yamldoc.Encrypted(data) {
		return nil, nil, errors.Invalid("the document is encrypted by SOPS; decrypt it first")
	}
	root, err := yamldoc.Parse(data)
	if err != nil {
		return nil, nil, err
	}
	if root == nil || root.Kind != yaml.MappingNode {
		return nil, nil, errors.Invalid("the document is not a map of recipe fields; a recipe has kind: RecipeResult and componentRefs")
	}
	o := yamldoc.Options{Unknown: yamldoc.Warn, Synonyms: synonyms()}
	r := &RecipeResult{}
	r.APIVersion, r.Kind = head(root)
	if problems := r.recognize(root); problems != nil {
		return r, root, errors.Join(problems...) // what is no recipe has other keys
	}
	if strict || r.configured() {
		o.Unknown = yamldoc.Refuse
	}
	r.Warnings, err = yamldoc.Decode(root, r, o)
	r.Notes = r.notes()
	return r, root, errors.Join(append(r.envelope(root), err)...)
}

// synonyms are what people write who know Helm, Flux or Argo CD. Such a key is no addition that a
// reader may ignore: without it the component is another one.
func synonyms() map[string]string {
	return map[string]string{
		"values": "overrides", "valuesInline": "overrides", "valuesObject": "overrides", "helmValues": "overrides", "set": "overrides",
		"enabled": "overrides.enabled", "disabled": "overrides.enabled", "valuesFiles": "valuesFile",
		"dependsOn": "dependencyRefs", "dependencies": "dependencyRefs", "needs": "dependencyRefs",
		"repository": "source", "repo": "source", "repoURL": "source", "url": "source", "repositoryURL": "source",
		"chartRepository": "source", "helmRepository": "source", "registry": "source", "chartName": "chart", "chartRef": "chart",
		"chartVersion": "version", "targetRevision": "version", "targetNamespace": "namespace", "releaseNamespace": "namespace",
		"manifests": "manifestFiles", "postManifests": "manifestFiles", "preManifests": "preManifestFiles",
		"components": "componentRefs", "order": "deploymentOrder",
	}
}
