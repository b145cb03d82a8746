package verify

var schemaChecks = []*Check{yamlSyntax, fluxSchema, fluxVersion}
