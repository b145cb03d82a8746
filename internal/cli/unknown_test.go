package cli

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestUnknown_WhatIsMeant gives command lines with one mistake.
func TestUnknown_WhatIsMeant(t *testing.T) {
	t.Chdir(t.TempDir())
	recipe := "componentRefs: [{name: web, namespace: web, source: 'https://charts.example.com', version: 1.0.0}]"
	if err := os.WriteFile("recipe.yaml", []byte(recipe), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := run(t.Context(), "bundle", "-r", "recipe.yaml", "-o", "b"); status != 0 {
		t.Fatal(stderr)
	}
	for line, want := range map[string]string{
		// A command is answered before its flags, wherever these stand.
		"bundel --recipe x":                   `unknown command "bundel"; did you mean "bundle"?`,
		"--recipe x bundel":                   `unknown command "bundel"; did you mean "bundle"?`,
		"--dry-run bundel":                    `unknown command "bundel"; did you mean "bundle"?`,
		"-r x bundel":                         `unknown command "bundel"; did you mean "bundle"?`,
		"-rx bundel":                          `unknown command "bundel"; did you mean "bundle"?`,
		"bundel --help":                       `unknown command "bundel"; did you mean "bundle"?`,
		"bundel -x":                           `unknown command "bundel"; did you mean "bundle"?`,
		"fleet bulid -o x":                    `unknown command "bulid"; did you mean "build"?`,
		"fleet -o x bulid":                    `unknown command "bulid"; did you mean "build"?`,
		"-o x fleet bulid f":                  `unknown command "bulid"; did you mean "build"?`,
		"verfy bundle":                        `unknown command "verfy"; did you mean "verify"?`,
		"deploy --recipe x":                   `unknown command "deploy"`,
		"help verfy":                          `unknown command "verfy"; did you mean "verify"?`,
		"help fleet bulid":                    `unknown command "bulid"; did you mean "build"?`,
		"-- bundle":                           `unexpected argument "bundle"`,
		"--recpie bundle":                     `unknown flag --recpie; did you mean --recipe?`,
		"--recipe x":                          `unknown flag --recipe; it is a flag of "aicr bundle"`,
		"verify --recipe x b":                 `unknown flag --recipe; it is a flag of "aicr bundle"`,
		"pull -r x oci://h/r d":               `unknown flag -r; it is a flag of "aicr bundle" (--recipe)`,
		"init --tag d":                        `unknown flag --tag; it is a flag of "aicr bundle", "aicr push"`,
		"bundle --version":                    `unknown flag --version; it is a flag of "aicr"`,
		"bundle --xyz":                        `unknown flag --xyz`,
		"bundle --something":                  `unknown flag --something`,
		"bundle -x":                           `unknown flag -x`,
		"bundle --repository x":               `unknown flag --repository; did you mean --repo?`,
		"bundle --charts-vendor":              `unknown flag --charts-vendor; did you mean --vendor-charts?`,
		"bundle --dryrun":                     `unknown flag --dryrun; did you mean --dry-run?`,
		"bundle --vendor":                     `unknown flag --vendor; did you mean --vendor-charts?`,
		"bundle --system-node a=b":            `unknown flag --system-node; did you mean --system-node-selector or --system-node-toleration?`,
		"bundle --verboes":                    `unknown flag --verboes; did you mean --verbose?`,
		"bundle --format jsno":                `--format: "jsno" is unknown; did you mean "json"?`,
		"bundle --recipe":                     `--recipe needs a value`,
		"bundle -r recipe.yaml --order grpah": `--order "grpah" is unknown; did you mean "graph"?`,
		"bundle -r recipe.yaml --order some":  `--order "some" is unknown; use chain or graph`,
		"verify b --fail-on warnings":         `--fail-on "warnings" is unknown; did you mean "warning"?`,
		"verify b --skip crd-oder":            `bundle b: --skip: there is no check "crd-oder"; did you mean "crd-order"?`,
		"verify --explain order-crd":          `there is no check "order-crd"; did you mean "crd-order"?`,
		"verify --explain nonsense":           `there is no check "nonsense"; each finding names its check`,
		"bundle -r recipe.yaml --set wbe:a=1": `--set wbe:a: "wbe" is no component of the recipe; did you mean "web"? (other names stand in the registry, and registry.yaml is not in the data: .; add it there, or name the data that have it with --data)`,
		"completion zhs":                      `the shell "zhs" is unknown; did you mean "zsh"?`,
		"bundle -q -v -r x":                   `--quiet and --verbose contradict each other; remove one of them`,
	} {
		status, stdout, stderr := run(t.Context(), strings.Fields(line)...)
		first, _, _ := strings.Cut(stderr, "\n")
		if status != 2 || stdout != "" || first != "Error: "+want {
			t.Errorf("aicr %s: status %d\n got %s\nwant %s", line, status, first, want)
		}
	}
}

// TestCommandFirst_FlagsMayStandBefore the command.
func TestCommandFirst_FlagsMayStandBefore(t *testing.T) {
	for line, want := range map[string]string{
		"bundle -r x":                   "bundle -r x",
		"-r x bundle":                   "bundle -r x",
		"--dry-run bundle -r x":         "bundle --dry-run -r x",
		"--recipe=x bundle":             "bundle --recipe=x",
		"-q fleet --dry-run build f":    "fleet build -q --dry-run f",
		"--again bundles bundle":        "bundle --again bundles",
		"--again diff bundles":          "diff --again bundles",
		"-q":                            "-q",
		"":                              "",
		"bundle -- bundel":              "bundle -- bundel",
		"help bundle":                   "help bundle",
		"__complete bundle --recipe ":   "__complete bundle --recipe",
		"-o - report bundle --no-color": "report -o - bundle --no-color",
	} {
		got, err := commandFirst(program(), strings.Fields(line))
		if err != nil || !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: got %q, %v", line, got, err)
		}
	}
}
