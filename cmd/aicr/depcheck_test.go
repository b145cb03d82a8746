package main

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/aicr-flux/aicr/"

// What no part of the program may link: code that acts on a cluster, and what only tests need.
var nowhere = []string{
	"helm.sh/helm/v4/pkg/action", "helm.sh/helm/v4/pkg/kube/", "helm.sh/helm/v4/pkg/storage",
	"sigs.k8s.io/controller-runtime/pkg/manager", module + "test/",
}

// TestRoomsLinkNoMoreThanTheyNeed holds each package, with all that it imports, to what it must not know.
func TestRoomsLinkNoMoreThanTheyNeed(t *testing.T) {
	const (
		helm      = "helm.sh/"
		kube      = "k8s.io/"
		kustomize = "sigs.k8s.io/kustomize/"
		registry  = "oras.land/"
		commands  = "github.com/spf13/cobra"
		render    = module + "internal/render"
		command   = module + "internal/cli"
		verbs     = module + "pkg/aicr"
	)
	for room, without := range map[string][]string{
		"cmd/aicr":          {},
		"pkg/values":        {helm, kube, kustomize, registry, commands},
		"internal/yamldoc":  {helm, kube, kustomize, registry, commands},
		"pkg/bundle":        {helm, kube, kustomize, registry, commands},
		"pkg/recipe":        {helm, kube, kustomize, registry, commands},
		"pkg/component":     {helm, kube, kustomize, registry, commands},
		"pkg/localformat":   {helm, kube, kustomize, commands},
		"pkg/oci":           {helm, kube, kustomize, commands},
		"pkg/chartpull":     {render, command, verbs, module + "pkg/verify", module + "pkg/rollout"},
		"pkg/rollout":       {commands, render, command, verbs, module + "internal/chart", module + "pkg/verify"},
		"pkg/diff":          {commands, render, command, verbs, module + "internal/chart", module + "pkg/verify"},
		"pkg/deployer/flux": {commands, render, command, verbs, module + "pkg/verify"},
		"internal/render":   {commands, command, verbs, module + "pkg/verify", module + "pkg/deployer"},
		"pkg/verify":        {command, verbs, module + "pkg/deployer", module + "pkg/oci"},
		"pkg/images":        {commands, command, verbs, module + "pkg/verify", module + "pkg/deployer"},
		"pkg/plan":          {commands, command, verbs, render, module + "pkg/verify", module + "pkg/deployer"},
		"pkg/aicr":          {command},
	} {
		t.Run(room, func(t *testing.T) {
			for _, dependency := range linkedBy(t, "../../"+room) {
				if i := slices.IndexFunc(slices.Concat(nowhere, without), func(p string) bool { return strings.HasPrefix(dependency, p) }); i >= 0 {
					t.Errorf("%s links %s", room, dependency)
				}
			}
		})
	}
}

func linkedBy(t *testing.T, pkg string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", pkg).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := strings.Fields(string(out))
	// A list that lacks even this would find nothing to complain of.
	if len(all) < 20 || !strings.HasPrefix(all[len(all)-1], module) {
		t.Fatalf("go list -deps %s does not end in the package itself:\n%s", pkg, out)
	}
	return all
}

// TestRoomsImportOnlyThoseAboveThem holds the table of CONTRIBUTING.md against the imports. A folder
// inside a room belongs to it, unless it stands in the table itself.
func TestRoomsImportOnlyThoseAboveThem(t *testing.T) {
	text, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	rooms := map[string]int{}
	for _, row := range regexp.MustCompile("(?m)^\\| `((?:pkg|internal|test|examples)[a-z/]*)` \\|").FindAllStringSubmatch(string(text), -1) {
		rooms[row[1]] = len(rooms)
	}
	roomOf := func(pkg string) string {
		room := strings.TrimPrefix(pkg, module)
		for rooms[room] == 0 && room != "pkg/errors" && strings.Contains(room, "/") {
			room = room[:strings.LastIndexByte(room, '/')]
		}
		return room
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "../../pkg/...", "../../internal/...", "../../examples/...").Output()
	if err != nil || len(rooms) < 20 {
		t.Fatalf("%d rooms: %v", len(rooms), err)
	}
	for line := range strings.Lines(string(out)) {
		pkg, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		at, known := rooms[roomOf(pkg)]
		if !known {
			t.Errorf("%s is in no room of the table", pkg)
		}
		for _, imported := range strings.Fields(imports) {
			if strings.HasPrefix(imported, module) && rooms[roomOf(imported)] > at {
				t.Errorf("%s stands above %s, which it imports", pkg, imported)
			}
		}
	}
}
