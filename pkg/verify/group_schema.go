package verify

var schemaChecks = []*Check{yamlSyntax}
