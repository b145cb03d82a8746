package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// readEnums reads what the OpenAPI files leave out, the values that a text may have, from the Go
// code that a server makes them of: by definition, "k8sio_api_core_v1_ServiceSpec", and property.
func readEnums(file string) (map[string]map[string][]string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		return nil, err
	}
	all := map[string]map[string][]string{}
	for _, decl := range parsed.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name, ok := strings.CutPrefix(function.Name.Name, "schema_")
		if !ok {
			continue
		}
		properties := map[string][]string{}
		ast.Inspect(function, func(n ast.Node) bool {
			property, isEntry := n.(*ast.KeyValueExpr)
			if !isEntry {
				return true
			}
			key, isText := property.Key.(*ast.BasicLit)
			if !isText || key.Kind != token.STRING {
				return true
			}
			field, err := strconv.Unquote(key.Value)
			if values := enumIn(property.Value); err == nil && len(values) > 0 {
				properties[field] = values
			}
			return false
		})
		if len(properties) > 0 {
			all[name] = properties
		}
	}
	return all, nil
}

// enumIn returns the texts of "Enum: []interface{}{…}" in the schema of a property.
func enumIn(schema ast.Expr) (values []string) {
	ast.Inspect(schema, func(n ast.Node) bool {
		entry, isEntry := n.(*ast.KeyValueExpr)
		if !isEntry {
			return true
		}
		if name, isName := entry.Key.(*ast.Ident); !isName || name.Name != "Enum" {
			return true
		}
		list, isList := entry.Value.(*ast.CompositeLit)
		if !isList {
			return true
		}
		for _, item := range list.Elts {
			if text, isText := item.(*ast.BasicLit); isText {
				if value, err := strconv.Unquote(text.Value); err == nil {
					values = append(values, value)
				}
			}
		}
		return false
	})
	return values
}
