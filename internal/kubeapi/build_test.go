package kubeapi_test

import (
	"testing"
	"time"
	"context"
	"fmt"
	"github.com/aicr-flux/aicr/internal/kubeapi"
	"sigs.k8s.io/yaml"
)

func TestX(t *testing.T) {
	s := time.Now()
	fmt.Println(kubeapi.Versions())
	fmt.Println(time.Since(s))
	for range 2 {
	for _, k := range []string{"Deployment", "DaemonSet", "StatefulSet"} {
		s = time.Now()
		f := kubeapi.Find("1.36", kubeapi.Kind{Group: "apps", Version: "v1", Kind: k})
		var o map[string]any
		yaml.Unmarshal([]byte(`apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec:
  replicas: 9999999999
  template:
    metadata: {labels: {a: 1}, creationTimestamp: null}
    spec:
      restartPolicy: always
      containers:
      - image: b
        resources: {limits: {cpu: 1.5, memory: 1Xi}, requests: {a: true}}
        ports: [{containerPort: 80000}, {containerPort: http}]
        imagPullPolicy: Always
      - image: a
        name: ""
`), &o)
		p, err := f.Schema.Problems(context.Background(), o)
		fmt.Println(k, time.Since(s), p, err)
	}
	}
}
