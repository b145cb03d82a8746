// Package diff says what becomes of a cluster when one bundle takes the place of another: which
// releases Flux upgrades, installs, uninstalls or installs anew, which values and objects change,
// which pods restart, what goes for good, and what the cluster must have that it did not need
// before.
//
//	old rollout ┐
//	            ├─► Of ─► Report: effects (sentences), releases, objects, images, needs
//	new rollout ┘
//
// It is pure: it compares what pkg/rollout has read and, where a Side has it, what Helm makes of the
// charts. Only what a cluster sees counts. The order of keys, documents and files, the form of the
// YAML, and names that are made of content are no difference.
package diff
