package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// apiModules are the modules whose types are the kinds of Flux.
var apiModules = []string{
	"github.com/fluxcd/source-controller/api", "github.com/fluxcd/kustomize-controller/api", "github.com/fluxcd/helm-controller/api",
	"github.com/fluxcd/source-watcher/api/v2", "github.com/fluxcd/notification-controller/api",
}

// fluxCRDs returns the CRDs of Flux, generated as Flux generates them from the API modules that
// go.mod pins.
func fluxCRDs(ctx context.Context) (crds []*apiextensions.CustomResourceDefinition, err error) {
	module := moduleDir()
	dir, err := cached(ctx, module, "crds", func(ctx context.Context, dir string) error {
		args := []string{"tool", "-modfile=" + filepath.Join(module, "..", "..", "tools", "go.mod"), "controller-gen", "crd:maxDescLen=0", "output:crd:dir=" + dir}
		for _, api := range apiModules {
			args = append(args, "paths="+api+"/...")
		}
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = module
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("controller-gen: %w\n%s", err, out)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	for _, file := range files {
		data, err := os.ReadFile(file)
		crd := &apiextensions.CustomResourceDefinition{}
		if err == nil {
			err = yaml.UnmarshalStrict(data, crd)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		crds = append(crds, crd)
	}
	return crds, err
}

// CreateCRDs creates CRDs, and returns when the API server serves them.
func (c *Cluster) CreateCRDs(ctx context.Context, crds ...*apiextensions.CustomResourceDefinition) error {
	for _, crd := range crds {
		if err := c.Client.Create(ctx, crd); err != nil {
			return fmt.Errorf("CRD %s: %w", crd.Name, err)
		}
	}
	for _, crd := range crds {
		err := c.processes.until(ctx, "CRD "+crd.Name, func(ctx context.Context) error {
			if err := c.Client.Get(ctx, client.ObjectKeyFromObject(crd), crd); err != nil {
				return err
			}
			for _, condition := range crd.Status.Conditions {
				if condition.Type == apiextensions.Established && condition.Status == apiextensions.ConditionTrue {
					return nil
				}
			}
			return fmt.Errorf("CRD %s is not established", crd.Name)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// AnyCRD is a CRD of a kind of which nothing is known: every object is taken as it is.
func AnyCRD(kind schema.GroupVersionKind, scope apiextensions.ResourceScope) *apiextensions.CustomResourceDefinition {
	plural, _ := meta.UnsafeGuessKindToResource(kind)
	anything := true
	return &apiextensions.CustomResourceDefinition{
		TypeMeta: metav1.TypeMeta{APIVersion: apiextensions.SchemeGroupVersion.String(), Kind: "CustomResourceDefinition"},
		ObjectMeta: metav1.ObjectMeta{
			Name: plural.GroupResource().String(),
			// Kinds of Kubernetes' own groups have to say who approved them.
			Annotations: map[string]string{apiextensions.KubeAPIApprovedAnnotation: "unapproved, of a test"},
		},
		Spec: apiextensions.CustomResourceDefinitionSpec{
			Group: kind.Group, Scope: scope,
			Names: apiextensions.CustomResourceDefinitionNames{Kind: kind.Kind, ListKind: kind.Kind + "List", Plural: plural.Resource},
			Versions: []apiextensions.CustomResourceDefinitionVersion{{
				Name: kind.Version, Served: true, Storage: true,
				Schema:       &apiextensions.CustomResourceValidation{OpenAPIV3Schema: &apiextensions.JSONSchemaProps{Type: "object", XPreserveUnknownFields: &anything}},
				Subresources: &apiextensions.CustomResourceSubresources{Status: &apiextensions.CustomResourceSubresourceStatus{}},
			}},
		},
	}
}
