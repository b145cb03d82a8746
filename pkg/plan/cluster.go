package plan

import (
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// helmRelease is what counts here of a HelmRelease as a cluster has it.
type helmRelease struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	Status struct {
		Conditions []struct {
			Type               string `json:"type"`
			Status             string `json:"status"`
			Reason             string `json:"reason"`
			LastTransitionTime moment `json:"lastTransitionTime"`
		} `json:"conditions"`
		History []struct {
			Version       int    `json:"version"`
			Status        string `json:"status"`
			FirstDeployed moment `json:"firstDeployed"`
		} `json:"history"`
	} `json:"status"`
}

// moment is a time as Kubernetes writes it.
type moment struct{ time.Time }

// Set reads it from text; yamldoc calls it.
func (m *moment) Set(text string) error {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return errors.Invalid("%.100q is not a time such as 2026-01-02T15:04:05Z", text)
	}
	m.Time = t
	return nil
}

// recorded is how long a cluster took to install a release, or why that cannot be known.
type recorded struct {
	took time.Duration
	why  string
}

func (r recorded) reason() string {
	if r.why != "" {
		return r.why
	}
	return "not in the cluster"
}

// parseCluster reads one HelmRelease, or a list.
func parseCluster(root *yaml.Node, kind string) (map[rollout.Ref]recorded, error) {
	var list struct {
		Items []helmRelease `json:"items" item:"HelmRelease"`
	}
	var err error
	switch kind {
	case "List", "HelmReleaseList":
		_, err = yamldoc.Decode(root, &list, yamldoc.Options{Unknown: yamldoc.Ignore})
	case "HelmRelease":
		list.Items = make([]helmRelease, 1)
		_, err = yamldoc.Decode(root, &list.Items[0], yamldoc.Options{Unknown: yamldoc.Ignore})
	default:
		return nil, errors.Invalid("its kind is %q, and times are a map without a kind, or the HelmReleases of a cluster: kubectl get helmreleases -A -o yaml", kind)
	}
	if err != nil {
		return nil, err
	}
	all := map[rollout.Ref]recorded{}
	for i := range list.Items {
		r := &list.Items[i]
		if r.Kind == "HelmRelease" || r.Kind == "" {
			all[rollout.Ref{Kind: "HelmRelease", Namespace: r.Metadata.Namespace, Name: r.Metadata.Name}] = r.recorded()
		}
	}
	if len(all) == 0 {
		return nil, errors.Invalid("it has no HelmRelease; use the output of kubectl get helmreleases -A -o yaml")
	}
	return all, nil
}

// recorded takes the install from firstDeployed, which Helm writes when the first install begins,
// to when the condition Released became true. After an upgrade that condition tells of the upgrade,
// and the end of the install is recorded nowhere; only where an upgrade is the retry of an install
// that failed, which the history shows, is its end that of the install.
func (r *helmRelease) recorded() recorded {
	history := r.Status.History
	if len(history) == 0 {
		return recorded{why: "not installed"}
	}
	latest := history[0]
	for _, h := range history {
		if h.Version > latest.Version {
			latest = h
		}
	}
	failed := 0
	for _, h := range history {
		if h.Version < latest.Version && h.Status == "failed" {
			failed++
		}
	}
	for _, c := range r.Status.Conditions {
		if c.Type != "Released" || c.Status != "True" {
			continue
		}
		if failed != latest.Version-1 {
			return recorded{why: "upgraded since"}
		}
		if took := c.LastTransitionTime.Sub(latest.FirstDeployed.Time); took >= 0 && took <= maxTime {
			return recorded{took: max(took, time.Second)} // times are in whole seconds
		}
		return recorded{why: "its times contradict each other"}
	}
	return recorded{why: "not ready"}
}
