package verify

var hazardChecks = []*Check{
	releaseCollision,
	versionMissing, versionRange,
	substitution, valuesWatch, dynamicUnset,
}
