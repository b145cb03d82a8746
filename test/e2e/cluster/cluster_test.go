package cluster_test

import (
	"testing"

	"github.com/aicr-flux/aicr/test/e2e/cluster"
)

func TestStart(t *testing.T) {
	c := cluster.Start(t, cluster.Options{})
	t.Log(c.Kubeconfig, c.Missing)
}
