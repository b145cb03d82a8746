package verify

var orderChecks = []*Check{}
