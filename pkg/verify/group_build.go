package verify

var buildChecks = []*Check{}
