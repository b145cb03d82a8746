package option

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// AICRFileKind is the kind of AICR's own configuration file, and AICRFileVersion its apiVersion.
// The one before AICR 1.0 is read, too.
const (
	AICRFileKind    = "AICRConfig"
	AICRFileVersion = "aicr.run/v1beta1"

	aicrFileVersionBefore = "aicr.run/v1alpha2"
)

// aicrConfig is AICR's configuration file. Only spec.bundle counts here: the rest is about other
// commands of AICR, and is checked as far as a person could mistake it for something that counts.
type aicrConfig struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Recipe   *aicrRecipe `json:"recipe"`
		Bundle   *aicrBundle `json:"bundle"`
		Snapshot any         `json:"snapshot"`
		Validate any         `json:"validate"`
		Verify   *struct {
			Policy struct {
				MinTrustLevel        string `json:"minTrustLevel"`
				RequireCreator       string `json:"requireCreator"`
				CLIVersionConstraint string `json:"cliVersionConstraint"`
			} `json:"policy"`
			Trust struct {
				CertificateIdentityRegexp string `json:"certificateIdentityRegexp"`
				Key                       string `json:"key"`
				TrustRoot                 string `json:"trustRoot"`
			} `json:"trust"`
		} `json:"verify"`
	} `json:"spec"`
}

// aicrRecipe says what AICR makes a recipe from.
type aicrRecipe struct {
	Criteria *struct {
		Service     string `json:"service"`
		Accelerator string `json:"accelerator"`
		Intent      string `json:"intent"`
		OS          string `json:"os"`
		Platform    string `json:"platform"`
		Nodes       int    `json:"nodes"`
	} `json:"criteria"`
	Input struct {
		Snapshot string `json:"snapshot"`
	} `json:"input"`
	Profile       string `json:"profile"`
	Configuration struct {
		Slurm struct {
			Accounting struct {
				Mode string `json:"mode"`
			} `json:"accounting"`
		} `json:"slurm"`
		RuntimeInventory struct {
			Mode string `json:"mode"`
		} `json:"runtimeInventory"`
		GKE struct {
			TCPXOInterfaces []struct {
				InterfaceName string `json:"interfaceName"`
				Network       string `json:"network"`
			} `json:"tcpxoInterfaces"`
		} `json:"gke"`
	} `json:"configuration"`
	Output struct {
		Path   string `json:"path"`
		Format string `json:"format"`
	} `json:"output"`
	Data           string `json:"data"`
	CriteriaStrict *bool  `json:"criteriaStrict"`
}

// aicrBundle says what is bundled, and how.
type aicrBundle struct {
	Input struct {
		Recipe string `json:"recipe"`
	} `json:"input"`
	Output struct {
		Target    string `json:"target"`
		ImageRefs string `json:"imageRefs"`
	} `json:"output"`
	Deployment struct {
		Deployer     string   `json:"deployer"`
		Repo         string   `json:"repo"`
		Set          []string `json:"set"`
		Dynamic      []string `json:"dynamic"`
		VendorCharts bool     `json:"vendorCharts"`
		AppName      string   `json:"appName"`
	} `json:"deployment"`
	Scheduling struct {
		SystemNodeSelector         map[string]string `json:"systemNodeSelector"`
		SystemNodeTolerations      []string          `json:"systemNodeTolerations"`
		AcceleratedNodeSelector    map[string]string `json:"acceleratedNodeSelector"`
		AcceleratedNodeTolerations []string          `json:"acceleratedNodeTolerations"`
		WorkloadSelector           map[string]string `json:"workloadSelector"`
		WorkloadGate               string            `json:"workloadGate"`
		Nodes                      int               `json:"nodes"`
		StorageClass               string            `json:"storageClass"`
		SharedStorageClass         string            `json:"sharedStorageClass"`
		DRAEvictionNodeLabel       string            `json:"draEvictionNodeLabel"`
	} `json:"scheduling"`
	Attestation struct {
		Enabled                   bool   `json:"enabled"`
		CertificateIdentityRegexp string `json:"certificateIdentityRegexp"`
		OIDCDeviceFlow            bool   `json:"oidcDeviceFlow"`
		FulcioURL                 string `json:"fulcioURL"`
		RekorURL                  string `json:"rekorURL"`
		SigningKey                string `json:"signingKey"`
	} `json:"attestation"`
	Registry struct {
		InsecureTLS bool `json:"insecureTLS"`
		PlainHTTP   bool `json:"plainHTTP"`
	} `json:"registry"`
}

// check finds what AICR refuses.
func (c *aicrConfig) check(root *yaml.Node) []error {
	var problems []error
	add := func(format string, args ...any) { problems = append(problems, errors.Invalid(format, args...)) }
	if !slices.Contains([]string{AICRFileVersion, aicrFileVersionBefore}, c.APIVersion) {
		add("apiVersion %q cannot be read; kind %s has %s or %s", c.APIVersion, AICRFileKind, AICRFileVersion, aicrFileVersionBefore)
	}
	s := &c.Spec
	if s.Recipe == nil && s.Bundle == nil && s.Snapshot == nil && s.Validate == nil && s.Verify == nil {
		add("spec has none of snapshot, recipe, bundle, validate and verify; add one of them")
	}
	if r := s.Recipe; r != nil {
		if r.Criteria != nil && r.Input.Snapshot != "" {
			add("spec.recipe has criteria and input.snapshot, and a recipe is made from one of them; remove the other")
		}
		if !slices.Contains([]string{"", "yaml", "json", "table"}, r.Output.Format) {
			add("spec.recipe.output.format is %q; use yaml, json or table", r.Output.Format)
		}
		if name, value, ok := strings.Cut(r.Profile, "="); r.Profile != "" && (!ok || name == "" || value == "") {
			add("spec.recipe.profile is %q; write name=value", r.Profile)
		}
		if b := s.Bundle; b != nil && b.Input.Recipe != "" && r.Output.Path != "" && b.Input.Recipe != r.Output.Path {
			problems = append(problems, yamldoc.Problemf(yamldoc.Line(root, "spec", "bundle", "input", "recipe"),
				"spec.bundle.input.recipe is %q, and spec.recipe.output.path %q; they are the same recipe, so make them equal, or remove one", b.Input.Recipe, r.Output.Path))
		}
	}
	return problems
}
