package verify

var hazardChecks = []*Check{
	bundleEmpty, urlCredentials, secretInClear,
	nameLength, releaseCollision, targetNamespace, namespaceShared, namespaceMissing,
	versionMissing, versionRange, constantVersion, artifactRevision, chartVersionLabel, plainJob, duplicateListKey,
	substitution, valuesWatch, dynamicUnset, releaseFragile,
}
