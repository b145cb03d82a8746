package verify

var orderChecks = []*Check{dependencyCycle, dependencyDuplicate, suspended, crdOrder}
