package format

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/verify/checks"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// sarif is the Static Analysis Results Interchange Format 2.1.0, for code scanning. All bundles are one
// run: code scanning takes only one of a tool.
func sarif(reports []engine.Report, o Options) ([]byte, error) {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "aicr", Version: o.Version, InformationURI: "https://github.com/aicr-flux/aicr", Rules: []sarifRule{}}
	index := map[string]int{}
	for i, c := range checks.All() {
		index[c.ID] = i
		rule := sarifRule{ID: c.ID, Short: sarifText{Text: c.Title + "."}, Full: sarifText{Text: checks.Why(c.ID)}, Help: sarifText{Text: c.Remedy, Markdown: checks.Page(c)}}
		rule.Default.Level = level(c.Severity)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, rule)
	}
	invocation := sarifInvocation{Successful: true}
	seen := map[string]int{}
	for _, r := range reports {
		for _, f := range r.Findings {
			run.Results = append(run.Results, result(r, f, index[f.Check], seen))
		}
		for _, text := range r.NotSeen {
			if r.Source != "" {
				text = r.Source + ": " + text
			}
			invocation.Notifications = append(invocation.Notifications, sarifNotification{Level: "note", Message: sarifText{Text: "not checked: " + text}})
		}
	}
	run.Invocations = []sarifInvocation{invocation}
	data, err := json.MarshalIndent(sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	}, "", "  ")
	return []byte(printable.JSON(string(data)) + "\n"), err
}

// result is a finding. seen counts the fingerprints, of which each result needs its own.
func result(r engine.Report, f engine.Finding, rule int, seen map[string]int) sarifResult {
	result := sarifResult{Rule: f.Check, Index: rule, Level: level(f.Severity), Message: sarifText{Text: description(f)}}
	var at sarifLocation
	file, line := r.Annotated(f)
	if file == "" { // code scanning shows no result without a file
		file, line = path.Join(r.Dir, cmp.Or(f.File, "kustomization.yaml")), f.Line
	}
	at.Physical.Artifact.URI = uri(file)
	at.Physical.Region = &sarifRegion{StartLine: max(line, 1)}
	if f.Object != "" {
		at.Logical = []sarifLogical{{Name: f.Object, FullName: strings.TrimSpace(f.Object + " " + f.Path), Kind: "object"}}
	}
	result.Locations = []sarifLocation{at}
	fingerprint := f.Known().Fingerprint(r.Dir)
	seen[fingerprint]++
	result.Fingerprints = map[string]string{"aicr/v1": fmt.Sprintf("%s:%d", fingerprint, seen[fingerprint])}
	return result
}

// uri is a path as a relative reference, or for an absolute one a URI.
func uri(file string) string {
	u := url.URL{Path: file}
	if path.IsAbs(file) {
		u.Scheme = "file"
	}
	return u.String()
}

func level(s engine.Severity) string {
	if s == engine.SeverityInfo {
		return "note"
	}
	return s.String()
}

// The part of SARIF that code scanning reads; names as in the standard.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string    `json:"id"`
		Short   sarifText `json:"shortDescription"`
		Full    sarifText `json:"fullDescription"`
		Help    sarifText `json:"help"`
		Default struct {
			Level string `json:"level"`
		} `json:"defaultConfiguration"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifResult struct {
		Rule      string          `json:"ruleId"`
		Index     int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		// Fingerprints keep a result the same one when lines move.
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region *sarifRegion `json:"region,omitempty"`
		} `json:"physicalLocation"`
		Logical []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		Name     string `json:"name"`
		FullName string `json:"fullyQualifiedName"`
		Kind     string `json:"kind"`
	}
)
