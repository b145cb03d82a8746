package verify

var referenceChecks = []*Check{
	sourceMissing, sourceURL, sourceRef, sourcePlaceholder, dependencyMissing, valuesMissing, chartPath, artifactPath, sourceUnused, valuesUnused,
}
