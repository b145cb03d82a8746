// Package registryhttp talks to the servers that charts and artifacts come from and go to, which
// may be slow, broken or hostile: which certificates and credentials count, when to give up, when
// to come back, and what a failure means to the user.
//
// It knows nothing of charts or artifacts; pkg/chartpull and pkg/oci stand on it.
package registryhttp
