package verify

var hazardChecks = []*Check{
	urlCredentials, secretInClear,
	nameLength, releaseCollision, namespaceShared, namespaceMissing,
	versionMissing, versionRange, constantVersion, chartVersionLabel, plainJob, duplicateListKey,
	substitution, valuesWatch, dynamicUnset, releaseFragile,
}
