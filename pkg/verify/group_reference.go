package verify

var referenceChecks = []*Check{
	sourceMissing, sourceURL, sourcePlaceholder, dependencyMissing, valuesMissing, chartPath, artifactPath, sourceUnused, valuesUnused,
}
