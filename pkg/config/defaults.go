// Package config holds what several rooms have to agree on: names, defaults,
// limits, and the options of a bundle run, of which the command's flags and
// the --config file are two spellings. It does not know what is done with
// them.
package config

import "time"

// Names of the recipe format.
const (
	APIVersion = "aicr.run/v1alpha2"
	RecipeKind = "RecipeResult"
)

// Defaults of a bundle. The intervals are those of the Flux objects.
const (
	DefaultFluxNamespace = "flux-system"
	DefaultOCISourceName = "aicr-bundle"
	DefaultTargetBranch  = "main"
	DefaultOutput        = "./bundle"

	// PlaceholderRepoURL stands where the user's Git repository is unknown.
	PlaceholderRepoURL = "https://github.com/YOUR_ORG/YOUR_REPO.git"

	DefaultInterval               = 30 * time.Minute
	DefaultTimeout                = 15 * time.Minute
	DefaultRetryInterval          = 2 * time.Minute
	DefaultHelmRepositoryInterval = time.Hour
	DefaultChartInterval          = 10 * time.Minute
	DefaultGitRepositoryInterval  = 5 * time.Minute
)

// Limits that keep hostile input from eating the machine.
const (
	MaxRecipeSize = 64 << 20
	MaxDataFile   = 10 << 20
)

// MinFluxVersion is the oldest Flux that understands a bundle.
const MinFluxVersion = "2.7"
