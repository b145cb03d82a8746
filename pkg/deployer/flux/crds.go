package flux

import "strings"

// CRDPolicy is what helm-controller does with the CRDs in a chart's crds directory when it installs
// and when it upgrades the release: CreateReplace, Create, which leaves those that are there as they
// are, or Skip.
type CRDPolicy struct{ Install, Upgrade string }

const (
	crdsAuto      = "auto"
	createReplace = "CreateReplace"
)

// crdPolicies are the policies by the value of CRDs.
var crdPolicies = map[string]string{"create-replace": createReplace, "create": "Create", "skip": "Skip"}

// crdPolicy decides for all releases of a component. A CRD that several charts bring, or that a
// webhook converts, must not be replaced: it would go back and forth between the charts, or lose the
// webhook's certificate.
func (g *Generator) crdPolicy(component string) CRDPolicy {
	if policy := crdPolicies[g.CRDs]; policy != "" {
		return CRDPolicy{policy, policy}
	}
	if owns, known := g.OwnsCRDs[component]; known && !owns {
		return CRDPolicy{"Create", "Skip"}
	}
	return CRDPolicy{createReplace, createReplace}
}

// crdNotes name the releases whose CRDs somebody else has to update.
func (p *Plan) crdNotes() []string {
	var stale, absent []string
	for i := range p.Releases {
		switch r := &p.Releases[i]; {
		case !r.upstream || r.CRDs.Upgrade == createReplace:
		case r.CRDs.Install == "Skip":
			absent = append(absent, r.Name)
		default:
			stale = append(stale, r.Name)
		}
	}
	var notes []string
	if len(stale) > 0 {
		notes = append(notes, "Flux installs the CRDs that the charts of these releases have beside their templates, and never updates them (`CRDs`); "+
			"when the version of such a chart changes, apply its CRDs first: "+strings.Join(stale, ", "))
	}
	if len(absent) > 0 {
		notes = append(notes, "Flux neither installs nor updates the CRDs that the charts of these releases have beside their templates (`CRDs`); apply them first: "+strings.Join(absent, ", "))
	}
	return notes
}
