package verify

var chartChecks = []*Check{}
