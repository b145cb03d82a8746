package flux

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// toSync is the step that writes the file of Sync.
func (g *Generator) toSync() string {
	missing := ""
	if g.RepoURL == "" && g.GitSourceName == "" {
		missing = "`RepoURL` URL "
	}
	if g.RepoPath == "" {
		missing += "`RepoPath` bundles/NAME "
	}
	if missing == "" {
		return "Write the Kustomization that applies the directory: repeat the command with `Sync` FILE, a file where Flux looks, or for kubectl apply"
	}
	return "Run it again in a clone of your repository with `Output` bundles/NAME; elsewhere add " + missing + "`Sync` sync.yaml"
}

// steps are what to do with the bundle, in order.
func (p *Plan) steps() []string {
	if p.OCISourceName != "" {
		return []string{
			"Publish the directory: aicr push DIR oci://REGISTRY/REPOSITORY:TAG `Sync` sync.yaml",
			fmt.Sprintf("Bring it into the cluster, where the OCIRepository will be named %q: kubectl apply -f sync.yaml", p.OCISourceName),
			watch(p.Namespace),
		}
	}
	commit := "Commit the directory and the file to your Git repository and push them"
	if p.Git != nil && !p.placeholder() {
		commit = fmt.Sprintf("Commit the directory, as %s, and the file to branch %q of %s and push them", p.path(), p.Git.Branch, p.Git.URL)
	}
	return []string{p.toSync, commit, watch(p.Namespace)}
}

func watch(namespace string) string {
	return fmt.Sprintf("Watch the rollout: flux get helmreleases -n %s --watch", namespace)
}

// path is the bundle's directory as a Flux Kustomization names it.
func (p *Plan) path() string { return "./" + p.RepoPath }

// notes are what the cluster must have, and what to know of the rollout.
func (p *Plan) notes() []string {
	notes := Needs(p.minFlux(), p.OCISourceName != "" && p.HasLocalCharts())
	var wants []string
	for _, want := range recipe.Wants(p.recipe.Constraints) {
		wants = append(wants, want.Text)
	}
	if len(wants) > 0 {
		notes = slices.Insert(notes, 1, "The recipe wants "+strings.Join(wants, ", "))
	}
	notes = append(notes, p.orderNotes()...)
	secrets := p.secrets()
	notes = append(notes, secretNotes(p.Namespace, secrets)...)
	if watched := watchedNames(secrets); len(watched) > 0 {
		notes = append(notes, fmt.Sprintf("The README says how VALUE is read; a changed Secret upgrades its releases at once where it has the label: %s", labelCommand(p.Namespace, watched)))
	}
	if p.Releases[0].ReleaseName == "" { // as in AICR's bundles, so one of them may run there
		notes = append(notes, "Where AICR's own bundle runs, let the Flux Kustomization that applies it apply this one, and create no other: two would fight for the same releases")
	}
	notes = append(notes, p.variableNotes()...)
	notes = append(notes, p.gateNotes()...)
	notes = append(notes, p.crdNotes()...)
	for i := range p.Releases {
		if r := &p.Releases[i]; r.HasConfigMap() {
			notes = append(notes, p.valuesNote(r))
		}
	}
	return notes
}

// orderNotes are about how releases wait for each other.
func (p *Plan) orderNotes() []string {
	all := len(p.Releases)
	if p.wake != "" {
		all--
	}
	if all < worthAGraph {
		return p.wakeNotes()
	}
	var faster []string
	if n := p.longestInGraph; n > 0 && n < all {
		faster = append(faster, fmt.Sprintf("with `Ordering` graph (at most %d releases wait for each other instead of %d)", n, all))
	}
	if p.wake == "" {
		faster = append(faster, "with `EventDriven` (a release that waits goes on at once, instead of within 30 seconds)")
	}
	if len(faster) == 0 {
		return p.wakeNotes()
	}
	return append([]string{"The rollout is faster " + strings.Join(faster, " and ") + "; aicr plan says by how much"}, p.wakeNotes()...)
}

func (p *Plan) wakeNotes() []string {
	if p.wake == "" {
		return nil
	}
	return []string{fmt.Sprintf("Release %q adds a Secret, a Receiver, a Provider and an Alert to namespace %s, with which releases wake each other; where notification-controller is absent it adds nothing, and they are looked at every 30 seconds. Without `EventDriven` it goes", p.wake, p.Namespace)}
}

// valuesNote says where each cluster sets its own values.
func (p *Plan) valuesNote(r *Release) string {
	if p.clusterValues() {
		return p.clusterNote(r)
	}
	if p.mode() == ModeOCI {
		return fmt.Sprintf("Set the values of release %q in each cluster: kubectl -n %s edit configmap %s; a later bundle leaves them alone", r.Name, p.Namespace, r.ConfigMapName())
	}
	return fmt.Sprintf("Set the values of release %q for each cluster in %s/configmap-values.yaml; what is edited in the cluster Flux takes back", r.Name, r.Name)
}

// worthAGraph is the number of releases from which on it matters in which order they go.
const worthAGraph = 5

// secrets are the Secrets that the bundle refers to, sorted by name.
func (p *Plan) secrets() []SecretData {
	c := clusterSecrets{namespace: p.Namespace}
	if p.Git != nil {
		c.source(sourceOf(p.Git.URL), p.Git.Secret, "", p.Git.ProxySecret)
	}
	for _, r := range p.Repositories {
		c.source(source{"HelmRepository", r.URL}, r.Secret, r.CertSecret, "")
	}
	for i := range p.Releases {
		for _, v := range p.Releases[i].SecretValues {
			c.value(p.Releases[i].Name, v)
		}
	}
	return c.data()
}

func (p *Plan) readme() ReadmeData {
	d := ReadmeData{
		Wants: recipe.Wants(p.recipe.Constraints), Namespace: p.Namespace, BundlerVersion: p.Version, MinFluxVersion: p.minFlux(), Gates: p.readinessData(),
		OCISourceName: p.OCISourceName, Path: p.path(), Placeholder: p.placeholder(), LocalCharts: p.HasLocalCharts(),
		ValuesOptional: p.settings.valuesFrom == deployer.ValuesFromClusterOptional,
		SyncFile:       p.SyncFile, AppliedBy: p.AppliedBy, Secrets: p.secrets(), Vendored: len(p.Vendored) > 0, Checksums: p.checksums,
	}
	if watched := watchedNames(d.Secrets); len(watched) > 0 {
		d.LabelSecrets = labelCommand(p.Namespace, watched)
	}
	for _, u := range p.upgrades {
		d.Upgrades = append(d.Upgrades, UpgradeData{u})
	}
	d.Variables = p.variables()
	if p.Git != nil {
		d.GitSourceName, d.GitURL, d.GitBranch = p.Git.Name, p.Git.URL, p.Git.Branch
	}
	for i := range p.Releases {
		r := &p.Releases[i]
		if r.SourceKind == "GitRepository" {
			d.GitSourceName = r.SourceName
		}
		if r.HasConfigMap() {
			d.ConfigMaps = append(d.ConfigMaps, EditableData{Name: r.ConfigMapName(), File: r.Name + "/configmap-values.yaml"})
			if p.clusterValues() {
				d.ClusterValues = append(d.ClusterValues, r.ClusterConfigMapName())
			}
		}
		d.Components = append(d.Components, summary(r))
	}
	d.Removal = p.removal()
	drawn := p.graph()
	d.Rollout, d.Graph = drawn.Summary(), drawn.Mermaid()
	return d
}

// removal are the releases in an order in which they can be uninstalled, in lines that can be read.
func (p *Plan) removal() []string {
	const width = 100
	var all []string
	column := len("    for release in")
	for i := range slices.Backward(p.Releases) {
		name, space := p.Releases[i].Name, " "
		if column += len(space + name); column > width {
			space, column = " \\\n      ", len(name)
		}
		all = append(all, space+name)
	}
	return all
}

func summary(r *Release) ComponentSummary {
	origin := r.SourceURL
	if r.Local != nil {
		origin = "this bundle"
	}
	waits := strings.Join(r.DependsOn, ", ")
	if waits == "" {
		waits = "nothing"
	}
	return ComponentSummary{Name: r.Name, Type: origin, Namespace: r.TargetNamespace, DependsOnStr: waits}
}
