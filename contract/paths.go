package contract

import (
	"fmt"
	"strings"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// The limits of one contract, far above any that people have written: 17,000 operations, and some 100 parameters of one.
const (
	maxOperations = 50_000
	maxParameters = 500
)

// paths reads every path item. A document without any is refused: there would be nothing to serve or to verify.
func (l *loader) paths(root *strictyaml.Node) {
	paths := l.mapping(root, "paths", "contract")
	if root.Field("paths") != nil && paths == nil {
		return
	}
	before := l.problems.Len()
	for _, field := range paths.Fields() {
		if isExtension(field.Key) {
			continue
		}
		if l.full() {
			return
		}
		subject := fmt.Sprintf("path %q", field.Key)
		at := paths.KeyPosition(field.Key)
		template, err := parseTemplate(field.Key)
		if err != nil {
			l.problems.Add(at, subject, err.Error(), "")
			continue
		}
		template.position = at
		if item := l.pathItem(field.Value, subject); item != nil {
			l.operationsOf(item, template, subject)
		}
	}
	if len(l.contract.operations) == 0 && l.problems.Len() == before {
		l.problems.Add(root.KeyPosition("paths"), "contract", "there is no operation", "describe at least one under paths")
	}
}

// pathItem follows a path item's $ref. What stands beside the $ref is undefined in 3.0 and 3.1, so it must not be operations.
func (l *loader) pathItem(node *strictyaml.Node, subject string) *strictyaml.Node {
	if node.Field("$ref") != nil {
		for _, field := range node.Fields() {
			if field.Key != "$ref" && field.Key != "summary" && field.Key != "description" && !isExtension(field.Key) {
				l.problems.Add(node.KeyPosition(field.Key), subject, field.Key+" beside $ref has no effect", "")
			}
		}
	}
	item := l.follow(node)
	if !l.isMapping(item, subject) {
		return nil
	}
	l.known(item, subject, pathItemObject)
	l.inferred(item, subject) // nothing is judged by a path alone, but its form is checked like any other
	return item
}

func (l *loader) operationsOf(item *strictyaml.Node, template *pathTemplate, subject string) {
	shared := l.parametersOf(item, subject)
	for _, key := range methodKeys() {
		if item.Field(key) != nil {
			l.operation(item, key, strings.ToUpper(key), template, shared)
		}
	}
	more := l.mapping(item, "additionalOperations", subject)
	for _, field := range more.Fields() {
		l.operation(more, field.Key, field.Key, template, shared)
	}
}

// operation reads the method under key of item.
func (l *loader) operation(item *strictyaml.Node, key, method string, template *pathTemplate, shared []*Parameter) {
	c := l.contract
	o := &Operation{
		contract: c, method: method, template: template, path: c.basePath + template.text, position: item.KeyPosition(key),
		id: method + " " + template.text, files: l.files,
	}
	o.node = l.field(item, key)
	if !l.isMapping(o.node, o.subject()) {
		return
	}
	if id := l.text(o.node, "operationId", o.subject()); id != "" {
		o.id = id
	}
	l.known(o.node, o.subject(), operationObject)
	o.summary = l.text(o.node, "summary", o.subject())
	o.inferred = l.inferred(o.node, o.subject())
	o.parameters = mergeParameters(shared, l.parametersOf(o.node, o.subject()))
	l.bindPath(o)
	o.security = l.security
	if o.node.Field("security") != nil {
		o.security = l.securityOf(o.node, o.subject())
	}
	l.statuses(o)
	l.register(o)
	o.describe(l.lifecycle(o))
}

// register makes the operation findable, unless another one stands in its place.
func (l *loader) register(o *Operation) {
	if other := l.contract.byID[o.id]; other != nil {
		l.problems.Add(o.idPosition(), o.subject(), "operationId is taken", "the other is at "+other.idPosition().String())
		return
	}
	if other := l.templates[o.method+" "+o.template.shape()]; other != nil {
		l.problems.Add(o.position, o.subject(), fmt.Sprintf("path %q cannot be told from %q", o.template.text, other.text),
			"the other is at "+other.position.String())
		return
	}
	if len(l.contract.operations) == maxOperations {
		l.problems.Add(o.position, o.subject(), fmt.Sprintf("the contract has more than %d operations", maxOperations), "")
	}
	if len(l.contract.operations) >= maxOperations {
		return
	}
	l.templates[o.method+" "+o.template.shape()] = o.template
	l.contract.byID[o.id] = o
	l.contract.operations = append(l.contract.operations, o)
}

// bindPath pairs the names in the path template with the declared path parameters.
func (l *loader) bindPath(o *Operation) {
	declared := map[string]*Parameter{}
	var unused []string
	for _, parameter := range o.parameters {
		if parameter.In != "path" {
			continue
		}
		declared[parameter.Name] = parameter
		if !o.template.has(parameter.Name) {
			unused = append(unused, parameter.Name)
			l.problems.Add(parameter.Position, parameter.subject(), fmt.Sprintf("it is not in the path %q", o.template.text),
				strictyaml.ClosestHint(parameter.Name, o.template.names))
		}
	}
	for _, name := range o.template.names {
		if parameter := declared[name]; parameter != nil {
			o.pathParameters = append(o.pathParameters, parameter)
			continue
		}
		l.problems.Add(o.position, o.subject(), fmt.Sprintf("path parameter %q of %q is not declared", name, o.template.text),
			strictyaml.ClosestHint(name, unused))
	}
}
