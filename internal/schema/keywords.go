package schema

// shape is the form that the value of a keyword must have.
type shape uint8

const (
	annotation shape = iota // not ours to judge: title, example, x-..., and whatever we do not know
	oneSchema
	schemaList
	schemaMap
	anyNumber
	positiveNumber
	count
	boolean
	text
	regularExpression
	typeNames
	valueList
	anyValue
	nameList
	nameListMap
	referenceText
	unsupported
	dialect
	sources
)

// shapeOf returns the shape of a keyword in JSON Schema 2020-12; OpenAPI 3.0 differs in few, which convert knows.
func shapeOf(keyword string) shape {
	switch keyword {
	case "not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames", "unevaluatedItems",
		"unevaluatedProperties":
		return oneSchema
	case "allOf", "anyOf", "oneOf", "prefixItems":
		return schemaList
	case "properties", "patternProperties", "dependentSchemas":
		return schemaMap
	case "dependentRequired":
		return nameListMap
	case "required":
		return nameList
	case "type":
		return typeNames
	case "enum":
		return valueList
	case "const":
		return anyValue
	case "$ref":
		return referenceText
	case "$id", "$dynamicRef", "$recursiveRef":
		return unsupported
	case "$schema":
		return dialect
	case "x-inferred":
		return sources
	}
	return scalarShape(keyword)
}

func scalarShape(keyword string) shape {
	switch keyword {
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
		return anyNumber
	case "multipleOf":
		return positiveNumber
	case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains":
		return count
	case "uniqueItems", "readOnly", "writeOnly":
		return boolean
	case "format":
		return text
	case "pattern":
		return regularExpression
	}
	return annotation
}

// inPlace tells whether a keyword's schemas judge the same value as the schema around them.
func inPlace(keyword string) bool {
	switch keyword {
	case "$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas":
		return true
	}
	return false
}

// since31 tells whether OpenAPI 3.0 lacks the keyword; there it would be ignored without a word.
func since31(keyword string) bool {
	switch keyword {
	case "const", "if", "then", "else", "contains", "minContains", "maxContains", "prefixItems", "propertyNames",
		"patternProperties", "dependentSchemas", "dependentRequired", "unevaluatedItems", "unevaluatedProperties":
		return true
	}
	return false
}

// jsonTypes lists the names that type knows.
func jsonTypes() []string {
	return []string{"array", "boolean", "integer", "null", "number", "object", "string"}
}
