package verify

var chartChecks = []*Check{
	chartSize, chartLoad, chartDependencies, chartVersionSame, chartForeignFile, valuesSchema, chartRender, manifestSchema, chartLint, valuesUnknown, chartUnused,
}
