package component

import (
	"slices"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
)

const (
	upgradesKind    = "ComponentUpgrades"
	upgradesVersion = "aicr.run/v1beta1"
)

// The verdicts of a Transition.
const (
	VerdictSafe    = "safe"
	VerdictManual  = "manual"  // somebody has to do something
	VerdictBlocked = "blocked" // the way leads through another version
)

// Upgrades are the records of what the upgrades of a component take (kind: ComponentUpgrades).
type Upgrades struct {
	APIVersion  string       `json:"apiVersion"`
	Kind        string       `json:"kind"`
	Component   string       `json:"component"`
	Transitions []Transition `json:"transitions"`
	// Replaces says that the component takes the place of another.
	Replaces *struct {
		Component       string          `json:"component"`
		Verdict         string          `json:"verdict"`
		Summary         string          `json:"summary"`
		StepsByDeployer []DeployerSteps `json:"stepsByDeployer"`
	} `json:"replaces"`
}

// Transition is an upgrade between two ranges of versions.
type Transition struct {
	From            Range           `json:"from"`
	To              Range           `json:"to"`
	Verdict         string          `json:"verdict"`
	Summary         string          `json:"summary"`
	Precondition    string          `json:"precondition"`
	Reversible      *bool           `json:"reversible"`
	ReversibleNotes string          `json:"reversibleNotes"`
	StepsByDeployer []DeployerSteps `json:"stepsByDeployer"`
	References      []string        `json:"references"`

	// The rest serves other tools.
	VerifiedBy        any `json:"verifiedBy"`
	AffectedResources []struct {
		Group string   `json:"group"`
		Kinds []string `json:"kinds"`
	} `json:"affectedResources"`
	Hooks []struct {
		File  string `json:"file"`
		Phase string `json:"phase"`
	} `json:"hooks"`
}

// DeployerSteps are what to do with some deployers; without names, with all that no other entry
// names.
type DeployerSteps struct {
	Deployers []string `json:"deployers"`
	Steps     []Step   `json:"steps"`
}

// Step is one thing to do.
type Step struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	Reason      string `json:"reason"`
}

// Steps are those for a deployer.
func (t *Transition) Steps(deployer string) []Step {
	var rest []Step
	for _, entry := range t.StepsByDeployer {
		if slices.Contains(entry.Deployers, deployer) {
			return entry.Steps
		}
		if len(entry.Deployers) == 0 {
			rest = entry.Steps
		}
	}
	return rest
}

// Upgrade is a transition that a component's version is the end of.
type Upgrade struct {
	Component, Version string
	Transition
}

// Upgrades reads the component's upgrade records, and returns those that ask for more than to
// install the version. A version that is no pin has none.
func (r Roots) Upgrades(e *Entry, version string) ([]Upgrade, error) {
	if e.Upgrades.File == "" {
		return nil, nil
	}
	data, root, err := r.Read(e.Upgrades.File)
	if err != nil {
		return nil, err
	}
	var file Upgrades
	err = yamldoc.Unmarshal(data, &file, yamldoc.Options{})
	if err == nil {
		err = file.check(e.Name)
	}
	if err != nil {
		return nil, errors.In(err, "%s in data root %s", e.Upgrades.File, root.Name)
	}
	pin, pinned := parseVersion(version)
	var crossed []Upgrade
	for _, t := range file.Transitions {
		if pinned && t.Verdict != VerdictSafe && t.To.Contains(pin) {
			crossed = append(crossed, Upgrade{Component: e.Name, Version: version, Transition: t})
		}
	}
	return crossed, nil
}

// check finds what nobody can go by.
func (u *Upgrades) check(component string) error {
	problems := []error{}
	add := func(format string, args ...any) { problems = append(problems, errors.Invalid(format, args...)) }
	if u.APIVersion != upgradesVersion || u.Kind != upgradesKind {
		add("apiVersion is %q and kind %q, and upgrade records have %s and %s", u.APIVersion, u.Kind, upgradesVersion, upgradesKind)
	}
	if u.Component != component {
		add("component is %q, and the registry has the file for %q", u.Component, component)
	}
	for i, t := range u.Transitions {
		if !slices.Contains([]string{VerdictSafe, VerdictManual, VerdictBlocked}, t.Verdict) {
			add("transitions[%d].verdict is %q; use %s, %s or %s", i, t.Verdict, VerdictSafe, VerdictManual, VerdictBlocked)
		}
		if _, above := t.From.bounds(); !above {
			add("transitions[%d].from %q has no upper bound", i, t.From.text)
		}
		if below, above := t.To.bounds(); !below || !above {
			add("transitions[%d].to %q needs a lower and an upper bound", i, t.To.text)
		}
	}
	return errors.Join(problems...)
}
