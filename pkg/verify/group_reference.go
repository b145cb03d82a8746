package verify

var referenceChecks = []*Check{dependencyMissing}
