package verify

var hazardChecks = []*Check{}
