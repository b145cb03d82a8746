package docs

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/spf13/pflag"
	"mvdan.cc/sh/v3/interp"
)

// standIns take the place of programs that need a cluster, an account or a daemon. Each checks what
// can be checked without one: sub-commands, flags, the number of arguments, and the files that are
// named. What a later command needs of it, it does.
var standIns = map[string]func(*shell, interp.HandlerContext, []string) error{
	"/usr/local/bin/aicr": standIn(nvidia),

	"cosign":  standIn(cosign),
	"crane":   standIn(copiers),
	"docker":  standIn(docker),
	"flux":    standIn(fluxCommands),
	"go":      standIn(goCommands),
	"hauler":  standIn(hauler),
	"helm":    standIn(helm),
	"kind":    standIn(kind),
	"kubectl": standIn(kubectl),
	"make":    makeTarget,
	"oras":    standIn(copiers),
	"skopeo":  standIn(skopeo),
	"sops":    standIn(sops),
	"zarf":    standIn(zarf),
}

// call is a command of a stand-in, and what it was called with.
type call struct {
	*shell
	at    interp.HandlerContext
	flags *pflag.FlagSet
	args  []string
}

// path is a file or directory that the command names.
func (c call) path(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(c.at.Dir, file)
}

func (c call) exists(files ...string) error {
	for _, file := range files {
		if _, err := os.Stat(c.path(file)); err != nil {
			return err
		}
	}
	return nil
}

// usage says how a sub-command is called.
type usage struct {
	command string
	// flags with a value; those without one are switches. "n|namespace" has a short form.
	flags, switches string
	// args is how many arguments there are, and -1 any number.
	args int
	do   func(call) error
}

func standIn(usages []usage) func(*shell, interp.HandlerContext, []string) error {
	return func(s *shell, at interp.HandlerContext, args []string) error {
		for len(args) > 2 && strings.HasPrefix(args[0], "-") { // kubectl -n NAMESPACE get
			args = append(slices.Clone(args[2:]), args[:2]...)
		}
		var found *usage
		for i, u := range usages {
			begins := u.command == "" || strings.HasPrefix(strings.Join(args, " ")+" ", u.command+" ")
			if begins && (found == nil || len(u.command) > len(found.command)) {
				found = &usages[i]
			}
		}
		if found == nil {
			return fmt.Errorf("the command %q is not known here; add it to its stand-in if it exists", strings.Join(args, " "))
		}
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		for flag := range strings.FieldsSeq(found.flags) {
			long, short := split(flag)
			flags.StringArrayP(long, short, nil, "")
		}
		for flag := range strings.FieldsSeq(found.switches) {
			long, short := split(flag)
			flags.BoolP(long, short, false, "")
		}
		if err := flags.Parse(args[len(strings.Fields(found.command)):]); err != nil {
			return err
		}
		if n := flags.NArg(); found.args >= 0 && n != found.args {
			return fmt.Errorf("%q takes %d arguments, not %q", found.command, found.args, flags.Args())
		}
		if found.do == nil {
			return nil
		}
		return found.do(call{s, at, flags, flags.Args()})
	}
}

func split(flag string) (long, short string) {
	if short, long, ok := strings.Cut(flag, "|"); ok {
		return long, short
	}
	return flag, ""
}

// makeTarget wants the target to be in the Makefile of this repository.
func makeTarget(_ *shell, _ interp.HandlerContext, args []string) error {
	out, err := exec.Command("make", append([]string{"-n", "-C", root}, args...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// nvidia is AICR's own program; the recipe that it resolves is that of the example.
var nvidia = []usage{{command: "recipe", flags: "service accelerator intent os platform o|output", do: func(c call) error {
	recipe, err := os.ReadFile(filepath.Join(root, "examples/eks-h100-training/recipe.yaml"))
	if err != nil {
		return err
	}
	return os.WriteFile(c.path(c.list("output")[0]), recipe, 0o600)
}}}

var goCommands = []usage{{command: "install", args: 1, do: func(c call) error {
	dir, ok := strings.CutPrefix(strings.TrimSuffix(c.args[0], "@latest"), "github.com/aicr-flux/aicr/")
	if !ok {
		return fmt.Errorf("%s is not of this module", c.args[0])
	}
	_, err := os.Stat(filepath.Join(root, dir, "main.go"))
	return err
}}}

var kind = []usage{{command: "create cluster", flags: "name"}, {command: "delete cluster", flags: "name"}}

var docker = []usage{
	{command: "login", flags: "u|username p|password", switches: "password-stdin", args: 1},
	{command: "run", args: -1, switches: "rm", flags: "v|volume u|user", do: func(c call) error {
		_, err := name.ParseReference(c.args[0], name.StrictValidation)
		return err
	}},
}

var helm = []usage{
	{command: "registry login", flags: "u|username p|password", switches: "password-stdin", args: 1},
	{command: "pull", flags: "repo version", args: 1, do: func(c call) error {
		return os.WriteFile(c.path(c.args[0]+"-"+c.list("version")[0]+".tgz"), nil, 0o600)
	}},
	{command: "push", args: 2, do: func(c call) error { return c.exists(c.args[0]) }},
}

var cosign = []usage{
	{command: "generate-key-pair", do: func(c call) error {
		for _, file := range []string{"cosign.key", "cosign.pub"} {
			if err := os.WriteFile(c.path(file), nil, 0o600); err != nil {
				return err
			}
		}
		return nil
	}},
	{command: "sign", flags: "key", switches: "yes", args: 1, do: func(c call) error {
		digest, err := name.NewDigest(c.args[0])
		if err != nil {
			return err
		}
		signed, _, err := c.target(digest.String(), false)
		if err != nil {
			return err
		}
		if _, err := signed.Resolve(context.Background(), digest.DigestStr()); err != nil {
			return err
		}
		return c.exists(c.list("key")...)
	}},
	{command: "verify", flags: "key certificate-identity certificate-oidc-issuer", args: 1},
	{command: "verify-blob", flags: "bundle certificate-identity certificate-oidc-issuer", args: 1, do: func(c call) error {
		return c.exists(c.args[0], c.list("bundle")[0])
	}},
}

func (c call) list(flag string) []string {
	all, _ := c.flags.GetStringArray(flag)
	return all
}

var sops = []usage{{command: "encrypt", flags: "encrypted-regex age", switches: "i|in-place", args: 1, do: func(c call) error { return c.exists(c.args[0]) }}}

// isJSON wants each text to be JSON.
func isJSON(texts ...string) error {
	for _, text := range texts {
		if !json.Valid([]byte(text)) {
			return fmt.Errorf("this is no JSON: %s", text)
		}
	}
	return nil
}
