// Package simulate says when each release of a bundle becomes ready, by playing a first rollout on
// a model of the controllers. It is pure: the same releases give the same times.
//
// The model is that of helm-controller 1.6 (internal/controller/helmrelease_controller.go) and of
// the queue of controller-runtime 0.24 that it runs on:
//
//   - Dependencies are looked at first. A release whose dependencies are not ready is looked at
//     again after --requeue-dependency, counted from this look. That a dependency becomes ready
//     wakes nobody.
//   - A chart that becomes ready wakes its release, and a look that comes earlier than planned
//     takes the place of the planned one: the queue holds each release once. So the looks of a
//     release are in step with when its chart was fetched.
//   - kustomize-controller applies releases by name and source-controller fetches two charts at
//     once, so the looks of all releases stand in one order within each interval: that of their
//     names. This is why a chain of 16 releases takes 12 intervals and not 15: a release whose name
//     comes late enough after that of its dependency finds this ready in the same round.
//   - A release that installs holds one of the workers until it is ready or its timeout is over.
//     While no worker is free, looks wait in line.
//   - A failed install is tried again as the release says; with RetryOnFailure the next attempt
//     goes on where the last one was given up.
//
// Looks that find nothing take no worker here, and the five percent of jitter of a retry is left
// out.
package simulate
