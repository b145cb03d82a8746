package aicr

import (
	"reflect"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// paths are dotted paths of a component's values.
type paths map[string][]string

// overlap reports whether one path leads to the other, or they are the same.
func overlap(a, b []string) bool {
	n := min(len(a), len(b))
	return slices.Equal(a[:n], b[:n])
}

// touching returns what the options set, or move into a ConfigMap, at one of the owned paths, above
// one or below one.
func (r *resolver) touching(owned paths) (set, dynamic []assignment) {
	hit := func(a assignment) bool {
		return slices.ContainsFunc(owned[a.component], func(path string) bool { return overlap(strings.Split(path, "."), a.path) })
	}
	for _, list := range [][]assignment{r.switched, r.sets, r.last} {
		for _, a := range list {
			if hit(a) {
				set = append(set, a)
			}
		}
	}
	for _, a := range r.left {
		if hit(a) {
			dynamic = append(dynamic, a)
		}
	}
	return set, dynamic
}

// accountingOwned are the values that the mode of Slurm's accounting decides.
func accountingOwned(mode string) paths {
	owned := paths{recipe.SlurmComponent: {"accounting.enabled"}}
	for _, name := range recipe.AccountingComponents() {
		owned[name] = []string{"enabled", "install"}
	}
	if mode == recipe.AccountingAICRProvided {
		owned[recipe.SlurmComponent] = append(owned[recipe.SlurmComponent], "accounting.storageConfig")
		const database = "slurm-accounting-mariadb"
		owned[database] = append(owned[database], "fullnameOverride", "namespaceOverride", "mariadb.database", "mariadb.username", "mariadb.passwordSecretKeyRef", "mariadb.rootPasswordSecretKeyRef")
	}
	return owned
}

// checkAccounting refuses options that set what the recipe's accounting mode decides.
func (r *resolver) checkAccounting() error {
	mode := r.recipe.Configuration.Slurm.Accounting.Mode
	if mode == "" {
		return nil
	}
	set, dynamic := r.touching(accountingOwned(mode))
	var problems []error
	for _, a := range append(set, dynamic...) {
		problems = append(problems, errors.Invalid("%s: the recipe's Slurm accounting mode %s decides about it; use a recipe with another mode", a.label, mode))
	}
	return errors.Join(problems...)
}

// accountingValues checks the final values of the connection to the database.
func accountingValues(r *resolver) error {
	mode := r.recipe.Configuration.Slurm.Accounting.Mode
	if mode == "" || mode == recipe.AccountingDisabled || r.enabled(recipe.SlurmComponent) == nil {
		return nil
	}
	get := func(name string, path string) any {
		v, _ := values.Get(r.values[name], strings.Split(path, "."))
		return v
	}
	slurm := func(field string) any { return get(recipe.SlurmComponent, "accounting.storageConfig."+field) }
	var problems []error
	bad := func(field, want string) {
		problems = append(problems, errors.Invalid("component %q: accounting.storageConfig.%s is %v, where %s is needed", recipe.SlurmComponent, field, shownValue(slurm(field)), want))
	}
	port, isInt := slurm("port").(int64)
	if !isInt || port < 1 || port > 65535 {
		bad("port", "a port from 1 to 65535")
	}
	for _, field := range []string{"host", "database", "username", "passwordKeyRef.name", "passwordKeyRef.key"} {
		if text, _ := slurm(field).(string); strings.TrimSpace(text) == "" {
			bad(field, "a text")
		}
	}
	if mode != recipe.AccountingAICRProvided || len(problems) > 0 {
		return errors.Join(problems...)
	}
	for field, of := range map[string]string{
		"host": "fullnameOverride", "database": "mariadb.database", "username": "mariadb.username",
		"passwordKeyRef.name": "mariadb.passwordSecretKeyRef.name", "passwordKeyRef.key": "mariadb.passwordSecretKeyRef.key",
	} {
		if want := get("slurm-accounting-mariadb", of); !reflect.DeepEqual(want, slurm(field)) {
			bad(field, shownValue(want)+", as "+of+" of component \"slurm-accounting-mariadb\"")
		}
	}
	if port != 3306 {
		bad("port", "3306, where that database listens")
	}
	return errors.Join(problems...)
}

// shownValue is a value in a message; what is not plain is not shown.
func shownValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "not set"
	case string:
		return `"` + v + `"`
	case bool, int64, float64:
		text, _ := values.Encode(map[string]any{"v": v}, 0)
		return strings.TrimSpace(strings.TrimPrefix(text, "v:"))
	}
	return values.Kind(v)
}
