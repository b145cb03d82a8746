package chart

import (
	"context"
	"regexp"

	"helm.sh/helm/v4/pkg/chart/common"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/engine"
)

var notDefined = regexp.MustCompile(`function "([^"]+)" not defined`)

// UnknownFunction returns the first function of a template that Helm does not have, and the line;
// "" where it has all, or the template does not parse for another reason.
func UnknownFunction(template []byte) (name string, line int) {
	// Helm parses a file of helpers with all its functions, and executes nothing of it.
	c := &chartv2.Chart{
		Metadata:  &chartv2.Metadata{Name: "c", Version: "0.0.0"},
		Templates: []*common.File{{Name: "templates/_parsed.tpl", Data: template}},
	}
	_, err := engine.Engine{}.RenderWithContext(context.Background(), c, common.Values{"Values": common.Values{}})
	if err == nil {
		return "", 0
	}
	found := notDefined.FindStringSubmatch(err.Error())
	if found == nil {
		return "", 0
	}
	return found[1], templateError(err.Error()).Line
}
