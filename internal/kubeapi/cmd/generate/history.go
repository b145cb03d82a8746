package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// history is the life cycle of a kind in a version of its group, as its Go type tells it.
type history struct {
	Group   string `json:"group,omitempty"`
	Version string `json:"version"`
	Kind    string `json:"kind"`
	// Deprecated and Removed are minor versions of Kubernetes 1; 0 where there is no such plan.
	Deprecated int `json:"deprecated,omitempty"`
	Removed    int `json:"removed,omitempty"`
	// Replacement is "apps/v1 Deployment".
	Replacement string `json:"replacement,omitempty"`
}

func (h history) key() string { return strings.Join([]string{h.Group, h.Version, h.Kind}, "/") }

// addHistory adds what the types of a module tell, in place of what older modules do.
func (c *catalog) addHistory(dir string) error {
	const file = "zz_generated.prerelease-lifecycle.go"
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != file {
			return err
		}
		found, err := readHistories(path)
		for _, h := range found {
			at := slices.IndexFunc(c.Histories, func(other history) bool { return other.key() == h.key() })
			if at < 0 {
				at = len(c.Histories)
				c.Histories = append(c.Histories, h)
			}
			c.Histories[at] = h
		}
		return err
	})
}

// readHistories reads the methods of the types of a package.
func readHistories(file string) ([]history, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		return nil, err
	}
	group, err := groupOf(filepath.Join(filepath.Dir(file), "register.go"))
	if err != nil {
		return nil, err
	}
	kinds := map[string]*history{}
	for _, decl := range parsed.Decls {
		method, ok := decl.(*ast.FuncDecl)
		if !ok || method.Recv == nil {
			continue
		}
		kind := method.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
		if strings.HasSuffix(kind, "List") {
			continue
		}
		if kinds[kind] == nil {
			kinds[kind] = &history{Group: group, Version: parsed.Name.Name, Kind: kind}
		}
		result := method.Body.List[0].(*ast.ReturnStmt).Results
		switch method.Name.Name {
		case "APILifecycleDeprecated":
			kinds[kind].Deprecated, err = number(result[1])
		case "APILifecycleRemoved":
			kinds[kind].Removed, err = number(result[1])
		case "APILifecycleReplacement":
			kinds[kind].Replacement = replacement(result[0].(*ast.CompositeLit))
		}
		if err != nil {
			return nil, err
		}
	}
	var all []history
	for _, h := range kinds {
		all = append(all, *h)
	}
	return all, nil
}

// groupOf returns the API group that the register.go of a package names.
func groupOf(file string) (group string, err error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		return "", err
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && spec.Names[0].Name == "GroupName" {
			group, err = strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		}
		return true
	})
	return group, err
}

func number(n ast.Expr) (int, error) { return strconv.Atoi(n.(*ast.BasicLit).Value) }

// replacement reads schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}.
func replacement(literal *ast.CompositeLit) string {
	texts := map[string]string{}
	for _, item := range literal.Elts {
		pair := item.(*ast.KeyValueExpr)
		texts[pair.Key.(*ast.Ident).Name], _ = strconv.Unquote(pair.Value.(*ast.BasicLit).Value)
	}
	return strings.TrimPrefix(texts["Group"]+"/"+texts["Version"]+" "+texts["Kind"], "/")
}
