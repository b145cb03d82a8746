package verify

var buildChecks = []*Check{
	kustomizationMissing, fluxIgnored, resourceMissing, resourceOutside, resourceDuplicate, resourceUnlisted,
	objectDuplicate, kustomizeBuild,
}
