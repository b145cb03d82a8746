package verify

var chartChecks = []*Check{
	chartSize, chartLoad, chartDependencies, chartVersionSame, chartForeignFile, chartIncomplete, valuesSchema, chartRender, manifestSchema, chartLint, valuesUnknown, chartUnused,
}
