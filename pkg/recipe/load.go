package recipe

import (
	"context"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// LoadOptions say how a recipe is loaded. The zero value is usable.
type LoadOptions struct {
	// Strict makes every unknown key an error; otherwise one that means no field is a warning.
	Strict bool
	// Bundled says that it is the recipe.yaml of a bundle; see RecipeResult.FromBundle.
	Bundled bool
	// Prepare runs after the document is read and before it is validated: the place to fill in a
	// registry's defaults and to switch components. Its problems are reported together with all
	// others, but not as the recipe's.
	Prepare func(*RecipeResult) error
	// Stdin is read for the source "-"; nil means os.Stdin.
	Stdin io.Reader
	// Fetch fetches what is at an http(s) source, of at most config.MaxRecipeSize bytes; its errors
	// do not name the URL, which may hold a token. nil refuses such sources.
	Fetch func(ctx context.Context, url string) ([]byte, error)
}

// IsURL reports whether source is fetched over HTTP.
func IsURL(source string) bool {
	lower := strings.ToLower(source)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// Load reads the recipe at source (a file, "-" for standard input, or an http(s) URL; YAML or JSON)
// and validates it. All problems are reported at once with the lines where they stand.
func Load(ctx context.Context, source string, o LoadOptions) (*RecipeResult, error) {
	data, err := read(ctx, source, o)
	if err != nil {
		return nil, err
	}
	label := source
	if source == "-" {
		label = "standard input"
	} else if IsURL(source) {
		label = redacted(source)
	}
	r, root, own := parse(data, o.Strict)
	var prepared error
	if r != nil {
		r.FromBundle = o.Bundled
	}
	if r != nil && r.isRecipe() {
		if o.Prepare != nil {
			prepared = o.Prepare(r)
		}
		own = errors.Join(own, r.validate(root))
	}
	if err := errors.Join(errors.In(own, "recipe %s", label), prepared); err != nil {
		return nil, err
	}
	for i, warning := range r.Warnings {
		r.Warnings[i] = "recipe " + label + ": " + warning
	}
	return r, nil
}

// isRecipe reports whether the document claims to be what this package reads; the rules of a recipe
// make no sense for anything else.
func (r *RecipeResult) isRecipe() bool {
	return (r.Kind == "" || r.Kind == config.RecipeKind) && readable(r.APIVersion)
}

func read(ctx context.Context, source string, o LoadOptions) ([]byte, error) {
	switch {
	case source == "":
		return nil, errors.Invalid("no recipe is named; give a file, - for standard input, or a URL")
	case source == "-":
		in := o.Stdin
		if in == nil {
			in = os.Stdin
		}
		return inputfile.All(ctx, "recipe standard input", in, config.MaxRecipeSize)
	case IsURL(source):
		if o.Fetch == nil {
			return nil, errors.Invalid("recipe %s is not fetched here; download the file and name it", redacted(source))
		}
		data, err := o.Fetch(ctx, source)
		return data, errors.In(err, "recipe %s", redacted(source))
	}
	return inputfile.ReadPipe(ctx, "recipe "+source, source, config.MaxRecipeSize)
}

// Redacted returns the source of a recipe as it may be shown: a URL without user, password and query,
// all of which may hold a token.
func Redacted(source string) string {
	if !IsURL(source) {
		return source
	}
	return redacted(source)
}

func redacted(source string) string {
	u, err := url.Parse(source)
	if err != nil {
		return "(a URL that cannot be parsed)"
	}
	if u.RawQuery != "" {
		u.RawQuery = "…"
	}
	u.User, u.Fragment = nil, ""
	return u.String()
}
