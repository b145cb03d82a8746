package verify

var integrityChecks = []*Check{}
