package config

import (
	"encoding/json"
	"fmt"
	"time"
)

// Options are the options of a bundle run. Each field is a flag of "aicr
// bundle" and a field of the config file, where the flag target-revision is
// the field targetRevision; the flags' help texts say what each one means.
// The zero value of a field means that it is not given.
type Options struct {
	Recipe   string   `json:"recipe,omitempty"`
	Output   string   `json:"output,omitempty"`
	Deployer string   `json:"deployer,omitempty"`
	Data     []string `json:"data,omitempty"`
	Strict   bool     `json:"strict,omitempty"`

	Set       []string `json:"set,omitempty"`
	SetString []string `json:"setString,omitempty"`
	SetFile   []string `json:"setFile,omitempty"`
	SetJSON   []string `json:"setJson,omitempty"`
	Dynamic   []string `json:"dynamic,omitempty"`

	SystemNodeSelector        []string `json:"systemNodeSelector,omitempty"`
	SystemNodeToleration      []string `json:"systemNodeToleration,omitempty"`
	AcceleratedNodeSelector   []string `json:"acceleratedNodeSelector,omitempty"`
	AcceleratedNodeToleration []string `json:"acceleratedNodeToleration,omitempty"`
	WorkloadSelector          []string `json:"workloadSelector,omitempty"`
	WorkloadGate              string   `json:"workloadGate,omitempty"`
	Nodes                     int      `json:"nodes,omitempty"`
	StorageClass              string   `json:"storageClass,omitempty"`

	Repo            string   `json:"repo,omitempty"`
	RepoPath        string   `json:"repoPath,omitempty"`
	RepoSecret      string   `json:"repoSecret,omitempty"`
	TargetRevision  string   `json:"targetRevision,omitempty"`
	GitSource       string   `json:"gitSource,omitempty"`
	ChartRepoSecret []string `json:"chartRepoSecret,omitempty"`
	RegistryRewrite []string `json:"registryRewrite,omitempty"`

	FluxNamespace     string   `json:"fluxNamespace,omitempty"`
	FluxOCISourceName string   `json:"fluxOciSourceName,omitempty"`
	Order             string   `json:"order,omitempty"`
	Interval          Duration `json:"interval,omitempty"`
	Timeout           Duration `json:"timeout,omitempty"`
	RetryInterval     Duration `json:"retryInterval,omitempty"`
	HelmRepoInterval  Duration `json:"helmRepoInterval,omitempty"`
	ChartInterval     Duration `json:"chartInterval,omitempty"`
	GitRepoInterval   Duration `json:"gitRepoInterval,omitempty"`
	DriftDetection    string   `json:"driftDetection,omitempty"`
	ServiceAccount    string   `json:"serviceAccount,omitempty"`

	VendorCharts     bool   `json:"vendorCharts,omitempty"`
	VerifyProvenance string `json:"verifyProvenance,omitempty"`

	NoChecksums bool   `json:"noChecksums,omitempty"`
	Force       bool   `json:"force,omitempty"`
	DryRun      bool   `json:"dryRun,omitempty"`
	Format      string `json:"format,omitempty"`

	ChartPull
	Publish

	// Assignments are Set and SetString in the order in which they were
	// given, which decides where they overlap. Where it is nil, Set comes
	// before SetString.
	Assignments []Assignment `json:"-"`
}

// Assignment is one entry of Set or SetString.
type Assignment struct {
	// Text is component:path=value.
	Text string
	// AsText says that the value is never typed (SetString).
	AsText bool
}

// Ordered returns the assignments in the order that counts.
func (o *Options) Ordered() []Assignment {
	if o.Assignments != nil {
		return o.Assignments
	}
	var list []Assignment
	for _, text := range o.Set {
		list = append(list, Assignment{Text: text})
	}
	for _, text := range o.SetString {
		list = append(list, Assignment{Text: text, AsText: true})
	}
	return list
}

// Duration is a time.Duration that JSON and YAML hold as text such as "30m".
// It is a pflag.Value.
type Duration time.Duration

// UnmarshalJSON implements json.Unmarshaler.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("a duration is text such as \"30m\", not %s", data)
	}
	return d.Set(text)
}

// MarshalJSON implements json.Marshaler.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// Set implements pflag.Value.
func (d *Duration) Set(text string) error {
	v, err := time.ParseDuration(text)
	if err != nil || v <= 0 {
		return fmt.Errorf("%q is not a duration such as 30m or 1h30m", text)
	}
	*d = Duration(v)
	return nil
}

// String implements pflag.Value.
func (d *Duration) String() string {
	if *d == 0 {
		return ""
	}
	return time.Duration(*d).String()
}

// Type implements pflag.Value.
func (d *Duration) Type() string { return "duration" }

// Std returns the duration as a time.Duration.
func (d Duration) Std() time.Duration { return time.Duration(d) }
