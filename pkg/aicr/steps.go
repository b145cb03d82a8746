package aicr

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/fluxtree"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// describePlace says in the result where a bundle in Git lies, and what to do for Flux to apply it.
func (r *run) describePlace(ctx context.Context, out *deployer.Output) error {
	if r.OCISourceName != "" {
		r.warnOfAppliers(out)
		return nil
	}
	list, err := r.toCommit(ctx, out)
	if err != nil {
		return err
	}
	out.Derived = r.derived
	local := slices.ContainsFunc(out.Releases, func(s rollout.Summary) bool { return s.Source == "local" })
	if r.RepoPath == "" && r.RepoURL+r.GitSourceName != "" && local {
		out.Warnings = append(out.Warnings, "the bundle's directory in the Git repository is not named, so Flux looks for the local charts at the root; write the bundle into a work tree of the repository, or set `RepoPath` (. for the root)")
	}
	if secret := r.RepoSecret + r.Sync.Secret; strings.HasPrefix(r.RepoURL, "ssh://") && secret == "" && (r.synced != nil || local) {
		out.Warnings = append(out.Warnings, fmt.Sprintf("Flux reads %s only with a key; name the Secret that has it with `RepoSecret`, or the repository's https address with `RepoURL`", r.RepoURL))
	}
	steps := out.DeploymentSteps
	watch := steps[max(0, len(steps)-1):]
	switch {
	case r.synced != nil:
		steps = append(r.syncSteps(list), r.synced.Watch)
		out.DeploymentNotes = append(out.DeploymentNotes, r.synced.Needs...)
	case len(r.around.appliers) > 0:
		applies := describe(r.around.appliers[0])
		steps = append([]string{commit(list, "", ": "+applies+" applies it already")}, watch...)
		if r.DryRun {
			out.DeploymentNotes = append(out.DeploymentNotes, fmt.Sprintf("%s applies %s as soon as it is committed and pushed", upper(applies), r.Output))
		}
	case len(r.around.clusters()) > 0:
		steps = append(r.proposeSync(list), watch...)
	case r.around.git != nil && len(steps) > 1:
		steps = slices.Concat(steps[:1], []string{commit(append(list, "the file"), "", "")}, watch)
	}
	out.DeploymentSteps = steps
	return nil
}

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// warnOfAppliers says that a bundle for a registry lies where Flux applies it from Git.
func (r *run) warnOfAppliers(out *deployer.Output) {
	if len(r.around.appliers) > 0 {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%s applies %s from Git, and what brings the artifact would be a second owner of the same releases; write the bundle elsewhere, such as %s",
			describe(r.around.appliers[0]), r.Output, r.around.proposal()))
	}
}

// syncSteps are the way of the bundle and the file of Sync into the cluster.
func (r *run) syncSteps(list []string) []string {
	to := ""
	if r.synced.URL != "" {
		to = fmt.Sprintf(" to branch %q of %s", r.synced.Branch, r.synced.URL)
	}
	if r.around.git == nil {
		list = []string{"the directory as ./" + strings.Trim(path.Clean(r.RepoPath), "/.")}
	}
	switch place := r.syncPlace; {
	case !place.applied && place.unlisted == "":
		return append([]string{commit(list, to, ""), r.Sync.apply()}, r.was.retire(r.synced)...)
	case !place.with(r.around):
		return slices.Concat([]string{commit(list, to, "")}, place.list(), []string{commit([]string{r.Sync.File}, " in "+place.around.repository(), ": Flux applies the Kustomization "+r.synced.Kustomization)})
	default:
		return append(place.list(), commit(list, to, ": Flux applies the Kustomization "+r.synced.Kustomization))
	}
}

// with reports whether the file lies in the same work tree as the bundle.
func (p *syncPlace) with(bundle *surroundings) bool {
	return p.around.git != nil && bundle.git != nil && p.around.git.Root == bundle.git.Root
}

// repository names the one that the directory is in.
func (s *surroundings) repository() string {
	if len(s.git.Remotes) > 0 {
		return s.git.Remotes[0].URL
	}
	return "the work tree " + s.git.Root
}

// list says which kustomization must list the file for Flux to see it, if any.
func (p *syncPlace) list() []string {
	if p.applied || p.unlisted == "" {
		return nil
	}
	return []string{fmt.Sprintf("Add %s to the resources of %s, or Flux does not see it", path.Base(p.path), p.around.typed(p.unlisted))}
}

// bring says how what the file holds reaches the cluster, and then what is left to do where nobody
// prunes.
func (p *syncPlace) bring(left []string) []string {
	if p.applied || p.unlisted != "" {
		return append(p.list(), commit([]string{p.File}, "", ": Flux applies it"))
	}
	return append([]string{p.apply()}, left...)
}

// proposeSync says how Flux, which is set up from this work tree, gets to apply the bundle.
func (r *run) proposeSync(list []string) []string {
	clusters := slices.DeleteFunc(r.around.clusters(), func(k fluxtree.Kustomization) bool { return slices.Contains(r.taken, k.Path) })
	if len(clusters) == 0 {
		return []string{commit(list, "", ", once you know which cluster gets it: each already has these releases from another directory")}
	}
	cluster := clusters[0]
	for _, k := range clusters {
		if path.Base(k.Path) == path.Base(r.around.git.Path) {
			cluster = k
		}
	}
	source := ""
	if r.GitSourceName == "" && r.derived != nil && r.derived.RepoURL != "" {
		source = " `GitSourceName` NAME"
	}
	again := "aicr bundle `Again` " + r.Output
	if len(r.recorded.Withheld) > 0 {
		again = "repeat the command with" // for what the record does not have
	}
	file := r.around.typed(path.Join(cluster.Path, r.kustomization()+".yaml"))
	return []string{
		fmt.Sprintf("Write the Kustomization to where Flux looks%s: %s `Sync` %s%s", others(clusters, cluster), again, file, source),
		commit(append(list, "the file"), "", ""),
	}
}

// others names the directories of the other clusters.
func others(clusters []fluxtree.Kustomization, but fluxtree.Kustomization) string {
	var paths []string
	for _, k := range clusters {
		if k.Path != but.Path {
			paths = append(paths, k.Path)
		}
	}
	if len(paths) == 0 {
		return ""
	}
	return fmt.Sprintf(" (for another cluster: %s)", strings.Join(paths, ", "))
}

// kustomization is the name that the Kustomization of the bundle will have.
func (r *run) kustomization() string {
	synced, err := r.tool.Sync(deployer.Sync{Name: "source", Namespace: r.Namespace, Path: r.RepoPath})
	if err != nil || synced.Kustomization == "" {
		return "aicr"
	}
	return synced.Kustomization
}
