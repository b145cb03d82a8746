package pipeline

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"sigs.k8s.io/yaml"
)

// An action as GitHub knows it, and a job of GitLab, as far as they are used here.
type (
	action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Steps []struct {
				Env        map[string]string
				Run, Shell string
			}
		}
	}
	header struct {
		Spec struct {
			Inputs map[string]struct{ Default any }
		}
	}
	job struct {
		Variables    map[string]string
		BeforeScript []string `json:"before_script"`
		Script       []string
	}
)

// writeJob writes what a runner would run: job github|gitlab FILE NAME=VALUE..., where names are those
// of inputs and, as github.NAME, of GitHub's context.
func writeJob(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: job github|gitlab FILE NAME=VALUE...")
	}
	given := map[string]string{}
	for _, arg := range args[2:] {
		name, value, _ := strings.Cut(arg, "=")
		if !strings.HasPrefix(name, "github.") {
			name = "inputs." + name
		}
		given[name] = value
	}
	var script string
	var err error
	switch args[0] {
	case "github":
		script, err = githubJob(ts.Getenv("ROOT"), given)
	case "gitlab":
		script, err = gitlabJob(ts.Getenv("ROOT"), given)
	default:
		ts.Fatalf("%s is no kind of job", args[0])
	}
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(script), 0o600))
}

var expression = regexp.MustCompile(`\$(?:\{\{|\[\[) *(.*?) *(?:\}\}|\]\])`)

// fill replaces expressions by the first of their alternatives that is not empty.
func fill(text string, given map[string]string) string {
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		for name := range strings.SplitSeq(expression.FindStringSubmatch(found)[1], " || ") {
			if given[name] != "" {
				return given[name]
			}
		}
		return ""
	})
}

func githubJob(root string, given map[string]string) (string, error) {
	text, err := os.ReadFile(root + "/action.yml")
	if err != nil {
		return "", err
	}
	var read action
	if err := yaml.Unmarshal(text, &read); err != nil {
		return "", err
	}
	for name, input := range read.Inputs {
		if key := "inputs." + name; given[key] == "" {
			given[key] = fill(input.Default, given)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "set -e\nexport GITHUB_ACTION_PATH=%s\n", quoted(root))
	for _, step := range read.Runs.Steps {
		if step.Shell != "sh" || expression.MatchString(step.Run) {
			return "", fmt.Errorf("a step that is not plain sh: %s", step.Run)
		}
		exports(&b, step.Env, given)
		b.WriteString(step.Run + "\n" + `while read -r dir; do PATH=$dir:$PATH; done <"$GITHUB_PATH"` + "\n")
	}
	return b.String(), nil
}

func gitlabJob(root string, given map[string]string) (string, error) {
	text, err := os.ReadFile(root + "/ci/gitlab.yml")
	if err != nil {
		return "", err
	}
	spec, rest, found := strings.Cut(string(text), "\n---\n")
	var inputs header
	if err := yaml.Unmarshal([]byte(spec), &inputs); err != nil || !found {
		return "", fmt.Errorf("the template has no header: %w", err)
	}
	for name, input := range inputs.Spec.Inputs {
		if key := "inputs." + name; given[key] == "" && input.Default != nil {
			given[key] = fmt.Sprint(input.Default)
		}
	}
	jobs := map[string]job{}
	if err := yaml.Unmarshal([]byte(fill(rest, given)), &jobs); err != nil {
		return "", err
	}
	read := jobs[given["inputs.job"]]
	if strings.Contains(rest[strings.Index(rest, "before_script:"):], "[[") || len(read.Script) == 0 {
		return "", fmt.Errorf("an input is a piece of the program, or there is none:\n%s", rest)
	}
	var b strings.Builder
	b.WriteString("set -e\n")
	exports(&b, read.Variables, nil)
	b.WriteString(strings.Join(slices.Concat(read.BeforeScript, read.Script), "\n") + "\n")
	return b.String(), nil
}

// exports sets variables as a runner does, whatever is in them.
func exports(b *strings.Builder, vars, given map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		value := vars[name]
		if given != nil {
			value = fill(value, given)
		}
		fmt.Fprintf(b, "export %s=%s\n", name, quoted(value))
	}
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
