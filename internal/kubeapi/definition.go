package kubeapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/aicr-flux/aicr/internal/kubeschema"
)

// definitionProblems judges a CustomResourceDefinition by what people get wrong in one.
func definitionProblems(object map[string]any) []Problem {
	var crd apiextensionsv1.CustomResourceDefinition
	data, err := json.Marshal(object)
	if err == nil {
		err = json.Unmarshal(data, &crd)
	}
	if err != nil {
		return nil // the schema says so
	}
	var errs field.ErrorList
	if wanted := crd.Spec.Names.Plural + "." + crd.Spec.Group; crd.Name != wanted {
		errs = append(errs, field.Invalid(field.NewPath("metadata", "name"), crd.Name, fmt.Sprintf("it must be spec.names.plural and spec.group, %q", wanted)))
	}
	if !strings.Contains(crd.Spec.Group, ".") {
		errs = append(errs, field.Invalid(field.NewPath("spec", "group"), crd.Spec.Group, "it must be a domain, which has a dot"))
	}
	scopes := []apiextensionsv1.ResourceScope{apiextensionsv1.ClusterScoped, apiextensionsv1.NamespaceScoped}
	if !slices.Contains(scopes, crd.Spec.Scope) && crd.Spec.Scope != "" { // the schema says that it is missing
		errs = append(errs, field.NotSupported(field.NewPath("spec", "scope"), crd.Spec.Scope, scopes))
	}
	stored := 0
	for i, version := range crd.Spec.Versions {
		if version.Storage {
			stored++
		}
		errs = append(errs, structural(version, field.NewPath("spec", "versions").Index(i).Child("schema", "openAPIV3Schema"))...)
	}
	if stored != 1 {
		errs = append(errs, field.Invalid(field.NewPath("spec", "versions"), "", fmt.Sprintf("one version must have storage: true, and %d have", stored)))
	}
	return kubeschema.ProblemsOf(object, errs)
}

func structural(version apiextensionsv1.CustomResourceDefinitionVersion, at *field.Path) field.ErrorList {
	if version.Schema == nil || version.Schema.OpenAPIV3Schema == nil {
		return field.ErrorList{field.Required(at, "each version needs a schema")}
	}
	var internal apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &internal, nil); err != nil {
		return field.ErrorList{field.Invalid(at, "", err.Error())}
	}
	built, err := schema.NewStructural(&internal)
	if err != nil {
		return field.ErrorList{field.Invalid(at, "", err.Error())}
	}
	return schema.ValidateStructural(at, built)
}
