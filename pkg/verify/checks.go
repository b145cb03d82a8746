package verify

import "slices"

// checks are all checks, in the order in which they run: a cause stands before
// what follows from it.
var checks = slices.Concat(
	integrityChecks, schemaChecks, buildChecks, referenceChecks, orderChecks, chartChecks, hazardChecks,
)
