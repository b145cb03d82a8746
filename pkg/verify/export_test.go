package verify

// MergeKeys is for a test.
var MergeKeys = mergeKeys
