// Package registryhttp talks to the servers that charts and artifacts come from and go to, which
// may be slow, broken or hostile: which certificates and credentials count, when to give up, when
// to come back, and what a failure means to the user.
//
// It knows nothing of charts or artifacts; pkg/chartpull and pkg/oci stand on it.
//
//	what                                                       where
//	certificates, redirects, a server that asks for a pause    client.go
//	ends a connection on which nothing moves                   stall.go
//	one step, tried again while that may help                  retry.go
//	what a failure means, and what to do about it              failure.go
//	credentials for registries                                 keyring.go
package registryhttp
