package localformat

import (
	"cmp"
	"path"
	"strings"

	"github.com/opencontainers/go-digest"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// NewWrapperChart makes a chart whose only content is the packed upstream chart. It has the
// upstream chart's name, so that Flux upgrades in place when vendoring is switched on or off.
// appVersion is the component's version.
func NewWrapperChart(c Component, appVersion string, tgz []byte, tarball string) (*Chart, error) {
	if path.Base(tarball) != tarball || !strings.HasSuffix(tarball, ".tgz") || Dropped(tarball) != "" {
		return nil, errors.Invalid("the vendored chart's file name %q must be a plain name that ends in .tgz", tarball)
	}
	if len(tgz) > MaxChartFile {
		return nil, errors.Invalid("the packed chart %s has %.1f MiB, and Helm reads at most 5 MiB a file of a chart; "+
			"leave this chart in its repository", tarball, float64(len(tgz))/(1<<20))
	}
	chartInside, err := ReadArchive(tgz)
	if err == nil {
		err = chartInside.Check(c)
	}
	if err != nil {
		return nil, errors.In(err, "chart archive %s", tarball)
	}
	chart := &Chart{
		Name:        chartInside.Name,
		AppVersion:  appVersion,
		Files:       []File{{Path: "charts/" + tarball, Data: tgz}},
		ReadsValues: true,
		ReadsTags:   chartInside.readsTags,

		MayShipNamespaces: chartInside.shipsNamespace,
		dependency:        &dependency{name: chartInside.Name, version: strings.TrimPrefix(c.Version, "v")},
	}
	if chartInside.refusesGlobal {
		chart.Warnings = append(chart.Warnings, "the values.schema.json of chart "+chartInside.Name+" refuses the key global, which Helm gives to every chart inside another, so that it cannot be installed from the bundle; "+
			"patch disableSchemaValidation: true into install and upgrade of its HelmRelease, or leave this chart in its repository")
	}
	chart.seal()
	return chart, nil
}

// Complete fills what a puller left out of its record and checks the rest against the bytes.
func (r VendorRecord) Complete(c Component, tgz []byte, tarball string) (VendorRecord, error) {
	sum := digest.FromBytes(tgz).Encoded()
	if r.SHA256 != "" && !strings.EqualFold(r.SHA256, sum) {
		return r, errors.New(errors.ErrCodeInternal, "the puller's record says SHA-256 %s, and the chart's bytes have %s", r.SHA256, sum)
	}
	r.SHA256 = sum
	r.Name = cmp.Or(r.Name, c.Name)
	r.Chart = cmp.Or(r.Chart, c.ChartName)
	r.Version = cmp.Or(r.Version, c.Version)
	r.Repository = cmp.Or(r.Repository, c.Repository)
	r.TarballName = cmp.Or(r.TarballName, tarball)
	return r, nil
}
