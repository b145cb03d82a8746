package aicr

import "github.com/aicr-flux/aicr/pkg/deployer"

// info is the scheduling as bundle-info.yaml has it.
func (s *Scheduling) info() deployer.InfoScheduling {
	var info deployer.InfoScheduling
	info.StorageClass = s.StorageClass
	info.NodeScheduling.System = placementInfo(s.SystemNodeSelector, s.SystemNodeTolerations)
	info.NodeScheduling.Accelerated = placementInfo(s.AcceleratedNodeSelector, s.AcceleratedNodeTolerations)
	return info
}

func placementInfo(selector map[string]string, tolerations []Toleration) deployer.InfoPlacement {
	info := deployer.InfoPlacement{Selector: selector}
	for _, t := range tolerations {
		operator := "Equal"
		if t.Exists {
			operator = "Exists"
		}
		info.Tolerations = append(info.Tolerations, deployer.InfoToleration{Key: t.Key, Operator: operator, Value: t.Value, Effect: t.Effect})
	}
	return info
}
