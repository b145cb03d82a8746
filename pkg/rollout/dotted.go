package rollout

// Dotted writes the way to a field, keys and indexes, as places have it: "spec.dependsOn[1].name".
func Dotted(path ...any) string { return dotted(path) }
