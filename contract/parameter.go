package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// Parameter is one parameter of an operation. Its fields are for reading only.
type Parameter struct {
	Name, In string // In: path, query, header, cookie
	Required bool
	Schema   *schema.Schema // nil allows everything
	Inferred string         // source, when the parameter as a whole is inferred
	Position Position

	sources inferred
	empty   bool // allowEmptyValue
	codec   *codec
}

func (p *Parameter) subject() string { return fmt.Sprintf("parameter %q", p.Name) }

// key tells parameters apart: a name and a place, header names in any case.
func (p *Parameter) key() string {
	if p.In == "header" {
		return p.In + " " + strings.ToLower(p.Name)
	}
	return p.In + " " + p.Name
}

// parametersOf reads the parameters of a path item or an operation.
func (l *loader) parametersOf(holder *strictyaml.Node, subject string) []*Parameter {
	items := l.sequence(holder, "parameters", subject).Items()
	if len(items) > maxParameters {
		l.problems.Add(items[maxParameters].Position(), subject, fmt.Sprintf("more than %d parameters", maxParameters), "")
		return nil
	}
	var found []*Parameter
	first := map[string]*Parameter{}
	for _, item := range items {
		node := l.follow(item)
		if !l.isMapping(node, subject+": parameters") {
			continue
		}
		parameter := l.parameter(node, subject)
		if parameter == nil {
			continue
		}
		if other := first[parameter.key()]; other != nil {
			l.problems.Add(item.Position(), parameter.subject(), "it is given twice in "+parameter.In, "the first is at "+other.Position.String())
			continue
		}
		first[parameter.key()] = parameter
		found = append(found, parameter)
	}
	return found
}

// mergeParameters puts an operation's own parameters over those of its path item.
func mergeParameters(shared, own []*Parameter) []*Parameter {
	if len(shared) == 0 || len(own) == 0 {
		return append(slices.Clip(shared), own...)
	}
	merged := slices.Clone(shared)
	places := map[string]int{}
	for i, parameter := range merged {
		places[parameter.key()] = i
	}
	for _, parameter := range own {
		if place, ok := places[parameter.key()]; ok {
			merged[place] = parameter
			continue
		}
		merged = append(merged, parameter)
	}
	return merged
}

// parameter reads one parameter object. Operations share those that they refer to.
func (l *loader) parameter(node *strictyaml.Node, subject string) *Parameter {
	if known, ok := l.parameters[node]; ok {
		return known
	}
	l.parameters[node] = nil // of a broken one, the faults are told once
	name := l.text(node, "name", subject+": parameter")
	if name == "" {
		l.problems.Add(node.Position(), subject, `a parameter has no "name"`, "")
		return nil
	}
	p := &Parameter{Name: name, In: l.text(node, "in", fmt.Sprintf("parameter %q", name)), Position: node.Position()}
	l.known(node, p.subject(), parameterObject)
	styles := stylesOf(p.In)
	if styles == nil {
		l.badPlace(node, p)
		return nil
	}
	l.oneOf(node, "style", p.subject(), styles...)
	p.Required = l.flag(node, "required", p.subject())
	p.empty = l.flag(node, "allowEmptyValue", p.subject())
	if p.In == "path" && !p.Required {
		l.problems.Add(p.Position, p.subject(), "a path parameter is always required", `write "required: true"`)
	}
	p.sources = l.inferred(node, p.subject())
	p.Inferred = p.sources.all
	p.codec = l.codec(node, l.contract.schemas, p.subject(), styles[0])
	p.codec.header = p.In == "header"
	p.Schema = p.codec.schema
	l.parameters[node] = p
	return p
}

func (l *loader) badPlace(node *strictyaml.Node, p *Parameter) {
	if node.Field("in") == nil {
		l.problems.Add(p.Position, p.subject(), `there is no "in" key`, "there are: cookie, header, path, query")
		return
	}
	l.problems.Add(node.Field("in").Position(), p.subject(), fmt.Sprintf("unknown place %q", p.In),
		strictyaml.ClosestHint(p.In, []string{"path", "query", "header", "cookie"}))
}

// stylesOf lists the styles of a place, its default first (OpenAPI 3.1, "Style Values"); nil for an unknown place.
func stylesOf(in string) []string {
	switch in {
	case "path":
		return []string{"simple", "label", "matrix"}
	case "query":
		return []string{"form", "spaceDelimited", "pipeDelimited", "deepObject"}
	case "header":
		return []string{"simple"}
	case "cookie":
		return []string{"form", "cookie"}
	}
	return nil
}
