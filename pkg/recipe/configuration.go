package recipe

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/values"
)

// Configuration says how some components were set up when the recipe was resolved.
type Configuration struct {
	Slurm struct {
		Accounting struct {
			// Mode is one of the AccountingModes; empty means that the recipe has no accounting.
			Mode string `json:"mode,omitempty"`
		} `json:"accounting,omitzero"`
	} `json:"slurm,omitzero"`
	RuntimeInventory struct {
		Mode string `json:"mode,omitempty"` // enabled or disabled
	} `json:"runtimeInventory,omitzero"`
	GKE struct {
		TCPXOInterfaces []TCPXOInterface `json:"tcpxoInterfaces,omitempty"`
	} `json:"gke,omitzero"`
}

// TCPXOInterface is a network interface for GPU traffic on GKE.
type TCPXOInterface struct {
	InterfaceName string `json:"interfaceName"`
	Network       string `json:"network"`
}

// The modes of Slurm's accounting: who runs its database.
const (
	AccountingDisabled        = "disabled"
	AccountingCustomerManaged = "customer-managed"
	AccountingAICRProvided    = "aicr-provided"
)

// SlurmComponent is the component whose accounting a configuration decides about.
const SlurmComponent = "slinky-slurm"

// AccountingComponents run the database that AICR provides.
func AccountingComponents() []string {
	return []string{"mariadb-operator-crds", "mariadb-operator", "slurm-accounting-mariadb"}
}

// any reports whether the recipe has any configuration.
func (c *Configuration) any() bool {
	return c.Slurm.Accounting.Mode != "" || c.RuntimeInventory.Mode != "" || len(c.GKE.TCPXOInterfaces) > 0
}

// configurationSet returns the path of what only recipes of the newer format have, or "".
func (r *RecipeResult) configurationSet() string {
	switch {
	case r.Metadata.SelectedProfile != nil:
		return "metadata.selectedProfile"
	case r.Configuration.Slurm.Accounting.Mode != "":
		return "configuration.slurm.accounting"
	case len(r.Configuration.GKE.TCPXOInterfaces) > 0:
		return "configuration.gke.tcpxoInterfaces"
	}
	return ""
}

// configuration holds the recipe's configuration against its components.
func (c *checker) configuration() {
	cfg := &c.r.Configuration
	if mode := cfg.RuntimeInventory.Mode; mode != "" && mode != "enabled" && mode != "disabled" {
		c.configured("runtimeInventory.mode", "is %q; use enabled or disabled", mode)
	}
	if cfg.Slurm.Accounting.Mode != "" {
		c.accounting(cfg.Slurm.Accounting.Mode)
	}
	if len(cfg.GKE.TCPXOInterfaces) > 0 {
		c.tcpxo(cfg.GKE.TCPXOInterfaces)
	}
}

// configured reports a problem of the field below configuration.
func (c *checker) configured(field, format string, args ...any) {
	at := []any{"configuration"}
	for key := range strings.SplitSeq(field, ".") {
		at = append(at, key)
	}
	c.problems = append(c.problems, yamldoc.Problemf(yamldoc.Line(c.root, at...), "configuration.%s %s", field, fmt.Sprintf(format, args...)))
}

// find returns the component's index, or -1.
func (c *checker) find(name string) int {
	return slices.IndexFunc(c.r.ComponentRefs, func(ref ComponentRef) bool { return ref.Name == name })
}

const again = "resolve the recipe again with AICR"

func (c *checker) accounting(mode string) {
	const field = "slurm.accounting.mode"
	if !slices.Contains([]string{AccountingDisabled, AccountingCustomerManaged, AccountingAICRProvided}, mode) {
		c.configured(field, "is %q; use %s, %s or %s", mode, AccountingDisabled, AccountingCustomerManaged, AccountingAICRProvided)
		return
	}
	if c.r.Criteria.Platform != "slurm" {
		c.configured(field, "is about Slurm, and criteria.platform is %q; %s", c.r.Criteria.Platform, again)
	}
	on, provided := mode != AccountingDisabled, mode == AccountingAICRProvided
	c.gate(field, mode, SlurmComponent, []string{"accounting", "enabled"}, on, on)
	for _, name := range AccountingComponents() {
		c.gate(field, mode, name, []string{"install"}, provided, provided)
	}
	if p := c.r.Metadata.SelectedProfile; p != nil {
		for _, path := range p.OwnedPaths[SlurmComponent] {
			if path == "accounting" || path == "accounting.enabled" {
				c.configured(field, "and the profile %s both decide about %s of %q; %s", p.Name, path, SlurmComponent, again)
			}
		}
		for _, name := range AccountingComponents() {
			if slices.Contains(p.OwnedPaths[name], "install") {
				c.configured(field, "and the profile %s both decide about install of %q; %s", p.Name, name, again)
			}
		}
	}
}

// gate checks that a component is there, that its overrides have the boolean that a mode means, and
// that it is switched on where the mode needs it.
func (c *checker) gate(field, mode, name string, keys []string, want, needed bool) {
	i := c.find(name)
	if i < 0 {
		if c.r.FromBundle && !needed {
			return
		}
		c.configured(field, "is %s, and the recipe has no component %q; %s", mode, name, again)
		return
	}
	if got, _ := values.Get(c.r.ComponentRefs[i].Overrides, keys); got != want {
		c.add(i, "overrides", "overrides.%s is not %t, which configuration.%s %s means; %s", values.JoinPath(keys), want, field, mode, again)
	}
	if needed && !c.r.ComponentRefs[i].Enabled() {
		c.add(i, "overrides", "the component is switched off, and configuration.%s %s needs it; %s", field, mode, again)
	}
}

// tcpxo checks the interfaces for GPU traffic on GKE, which are written into a component's values.
func (c *checker) tcpxo(list []TCPXOInterface) {
	const field, nccl, trainer = "gke.tcpxoInterfaces", "gke-nccl-tcpxo", "kubeflow-trainer"
	if k := c.r.Criteria; k.Service != "gke" || k.Accelerator != "h100" || k.Platform != "kubeflow" {
		c.configured(field, "are for Kubeflow on GKE with H100, and the recipe's criteria say %s, %s, %s; %s", k.Platform, k.Service, k.Accelerator, again)
	}
	if i := c.find(nccl); i < 0 || !c.r.ComponentRefs[i].Enabled() {
		c.configured(field, "need the component %q; %s", nccl, again)
	}
	i := c.find(trainer)
	if i < 0 {
		c.configured(field, "need the component %q; %s", trainer, again)
		return
	}
	ref := &c.r.ComponentRefs[i]
	if !slices.ContainsFunc(ref.ManifestFiles, func(file string) bool { return strings.Contains(file, "tcpxo") }) {
		c.add(i, "manifestFiles", "manifestFiles have no tcpxo runtime, which configuration.%s needs; %s", field, again)
	}
	want := make([]any, len(list))
	for j, face := range list {
		want[j] = map[string]any{"interfaceName": face.InterfaceName, "network": face.Network}
	}
	if !reflect.DeepEqual(ref.Overrides["tcpxoInterfaces"], any(want)) {
		c.add(i, "overrides", "overrides.tcpxoInterfaces differ from configuration.%s; %s", field, again)
	}
}
