package verify

var schemaChecks = []*Check{yamlSyntax, objectMetadata, fluxSchema, fluxVersion, valuesMap, coreSchema}
