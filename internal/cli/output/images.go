package output

import (
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/images"
)

// Images prints images, and why some may be missing to standard error.
func (p *Printer) Images(report images.Report, format string) error {
	references, left := report.Pulled()
	switch format {
	case "list", "hauler", "zarf":
		report.Warnings = append(report.Warnings, left...)
	}
	p.Notes(report.Warnings, nil)
	switch format {
	case "yaml":
		data, err := yaml.Marshal(report)
		if err != nil {
			return errors.In(err, "result")
		}
		if text := string(data); printable.Lines(text) == text {
			return p.Raw(text)
		}
		return p.JSON(report) // which is YAML too, and can escape everything
	case "list":
		var b strings.Builder
		for _, reference := range references {
			b.WriteString(reference + "\n")
		}
		return p.Text(b.String())
	case "hauler":
		return p.manifest(report.Hauler())
	case "zarf":
		return p.manifest(report.Zarf())
	}
	return p.Result(format, report, func() string { return imageTable(report.Images, p.Width) })
}

func (p *Printer) manifest(data []byte, err error) error {
	if err != nil {
		return errors.In(err, "result")
	}
	return p.Raw(printable.Lines(string(data)))
}

// imageTable has no line of headings, so that the first column is nothing but references. On a
// terminal that is too narrow for the others they stand below.
func imageTable(list []images.Image, width int) string {
	if len(list) == 0 {
		return ""
	}
	rows := make([][]string, len(list))
	for i, image := range list {
		rows[i] = []string{image.Reference, strings.Join(image.Releases, ", "), imageMarks(image)}
	}
	var b strings.Builder
	if columns(&b, rows, "   "); width <= 0 || widest(b.String()) <= width {
		return b.String()
	}
	b.Reset()
	for _, row := range rows {
		b.WriteString(printable.Line(row[0]) + "\n")
		b.WriteString("    " + printable.Line(strings.TrimSuffix(row[1]+"; "+row[2], "; ")) + "\n")
	}
	return b.String()
}

func imageMarks(image images.Image) string {
	var marks []string
	if image.Pinned {
		marks = append(marks, "pinned by digest")
	}
	if image.Untagged {
		marks = append(marks, "written without a tag")
	}
	if image.TagUnknown {
		marks = append(marks, "tag unknown: "+image.Note)
	}
	if image.Source != images.SourceManifest {
		marks = append(marks, string(image.Source)+": may not be used")
	}
	return strings.Join(marks, "; ")
}
