package checks

import (
	"crypto/sha256"
	"encoding/hex"
	stderrors "errors"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var provenance = &engine.Check{
	ID:       "provenance",
	Group:    engine.GroupIntegrity,
	Severity: engine.SeverityError,
	Title:    "provenance.yaml tells where each vendored chart comes from, and the chart is that one",
	Remedy:   "Generate the bundle again with `VendorCharts`, and find out who changed the chart.",
	After:    []string{"file-missing"},
	Run: func(p *engine.Pass) {
		tarballs := vendoredTarballs(p.Scene)
		if _, ok := p.Tree.Info(localformat.ProvenanceFile); !ok {
			if len(tarballs) > 0 {
				p.Unseen("there is no %s, so nothing tells where the charts in charts/ come from", localformat.ProvenanceFile)
			}
			return
		}
		records, problem := readProvenance(p.Tree)
		if problem != nil {
			p.Report(problem.Place, "%s", problem.Text)
			return
		}
		recorded := map[string]bool{}
		for _, r := range records {
			recorded[r.file()] = true
			judgeRecord(p, r)
		}
		for _, file := range tarballs {
			if !recorded[file] {
				p.Report(rollout.InFile(file, 0), "%s does not say where this chart comes from", localformat.ProvenanceFile)
			}
		}
	},
}

// vendoredTarballs are the packed charts that wrapper charts hold.
func vendoredTarballs(s *engine.Scene) []string {
	var all []string
	for _, file := range s.Tree.Paths() {
		if dir := path.Dir(file); path.Base(dir) == "charts" && strings.HasSuffix(file, ".tgz") && s.Tree.IsFile(path.Join(path.Dir(dir), "Chart.yaml")) {
			all = append(all, file)
		}
	}
	return all
}

// record is an entry of provenance.yaml.
type record struct {
	localformat.VendorRecord
	line int
}

// file is where a bundle has the chart: in the charts/ of the component's own.
func (r record) file() string { return path.Join(r.Name, "charts", r.TarballName) }

func readProvenance(tree *rollout.Tree) ([]record, *rollout.Problem) {
	wrong := func(line int, text string) ([]record, *rollout.Problem) {
		return nil, &rollout.Problem{Place: rollout.InFile(localformat.ProvenanceFile, line), Text: text}
	}
	data, err := tree.Read(localformat.ProvenanceFile)
	if err != nil {
		return wrong(0, "it cannot be read: "+err.Error())
	}
	var list localformat.Provenance
	root, err := yamldoc.Parse(data)
	if err == nil {
		_, err = yamldoc.Decode(root, &list, yamldoc.Options{})
	}
	if problem, ok := stderrors.AsType[*yamldoc.Problem](err); ok {
		return wrong(problem.Line, problem.Text)
	}
	if err := list.Check(); err != nil {
		return wrong(1, err.Error())
	}
	var records []record
	seen := map[string]bool{}
	for i, r := range list.VendoredCharts {
		entry := record{VendorRecord: r, line: yamldoc.Line(root, "vendoredCharts", i)}
		switch sum, err := hex.DecodeString(r.SHA256); {
		case r.Name == "" || r.Chart == "" || r.Version == "":
			return wrong(entry.line, "the entry has no name, chart or version")
		case err != nil || len(sum) != sha256.Size:
			return wrong(entry.line, "the entry has no SHA-256 in hex")
		case r.TarballName == "" || r.TarballName != path.Base(r.TarballName) || r.Name != path.Base(r.Name):
			return wrong(entry.line, "the entry's name or tarballName is not the name of a file")
		case seen[entry.file()]:
			return wrong(entry.line, "the entry stands twice")
		}
		seen[entry.file()] = true
		records = append(records, entry)
	}
	return records, nil
}

func judgeRecord(p *engine.Pass, r record) {
	at := rollout.InFile(localformat.ProvenanceFile, r.line)
	if !p.Tree.IsFile(r.file()) {
		if !slices.Contains(missing(p.Scene), r.file()) {
			p.Report(at, "%s is recorded, and it is not in the bundle", r.file())
		}
		return
	}
	data, err := p.Tree.Read(r.file())
	if err != nil {
		p.Unseen("%s cannot be read: %s", r.file(), err)
		return
	}
	if sum := sha256.Sum256(data); !strings.EqualFold(hex.EncodeToString(sum[:]), r.SHA256) {
		p.Report(rollout.InFile(r.file(), 0), "this is not the chart that was pulled from %s: its SHA-256 begins with %x, not with %.12s", hostOf(r.Repository), sum[:6], r.SHA256)
		return
	}
	for _, c := range p.EachLoadedChart() {
		if c.Source.Dir != r.Name || len(c.Chart.Parts.Inside) != 1 {
			continue
		}
		switch inside := c.Chart.Parts.Inside[0]; {
		case inside.Name != path.Base(r.Chart):
			p.Report(at, "%s holds the chart %q, not %q", r.file(), inside.Name, r.Chart)
		case strings.TrimPrefix(inside.Version, "v") != strings.TrimPrefix(r.Version, "v"):
			p.Report(at, "%s holds version %q of the chart, not %q", r.file(), inside.Version, r.Version)
		}
	}
}

// Missing are the files that file-missing has reported.
func missing(s *engine.Scene) []string {
	var all []string
	for _, f := range s.Findings {
		if f.Check == fileMissing.ID {
			all = append(all, f.File)
		}
	}
	return all
}
