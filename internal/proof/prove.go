package proof

import (
	"errors"
	"io/fs"
	"testing"
)

// Report says what was proved: the objects of the build and the local charts that were rendered.
type Report struct {
	Objects []Object
	Charts  []RenderedChart
}

// External names an object that a bundle refers to and that the cluster has already, such as the GitRepository of
// Flux itself. An empty Namespace matches any.
type External struct {
	Kind      string
	Namespace string
	Name      string
}

// Prove runs every proof over the bundle in fsys and joins all complaints into one error. The report is what could be
// established, so it is useful next to an error too.
func Prove(fsys fs.FS, external ...External) (Report, error) {
	objects, err := Objects(fsys)
	if err != nil {
		return Report{Objects: objects}, err
	}
	var complaints []error
	for _, object := range objects {
		_, err := StrictDecode(object)
		complaints = append(complaints, err, Schema(object))
	}
	complaints = append(complaints, References(objects, external...))
	charts, err := renderLocalCharts(fsys, objects)
	complaints = append(complaints, err)
	return Report{Objects: objects, Charts: charts}, errors.Join(complaints...)
}

// Check runs every proof over the bundle in fsys and reports each complaint to tb.
func Check(tb testing.TB, fsys fs.FS, external ...External) Report {
	tb.Helper()
	report, err := Prove(fsys, external...)
	if err != nil {
		tb.Errorf("the bundle is not sound:\n%v", err)
	}
	return report
}
