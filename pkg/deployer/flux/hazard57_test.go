package flux_test

import "testing"

func TestHazard57_AChartNameThatFluxRefusesIsVendoredOrRefused(t *testing.T) {
	ref := chartRef("gpu")
	ref.Chart = "forgejoRunner"
	refuses(t, newGenerator(ref), `component "gpu"`, `chart name "forgejoRunner"`, "`VendorCharts`")
}
