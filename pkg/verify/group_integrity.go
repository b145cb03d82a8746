package verify

var integrityChecks = []*Check{checksumsInvalid, fileMissing, fileChanged, fileExtra, provenance}
