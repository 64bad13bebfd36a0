package contract

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// JudgeParameters judges the parameters of a request; values are Match.Values. The text of each is read as its schema's
// type: "12" is 12 where an integer is wanted, nothing is ever null, and an array is split as style and explode say. Empty text counts as
// absent where the parameter may be absent, and as wrong where it is required, unless allowEmptyValue allows it. Nil means that nothing is wrong.
func (o *Operation) JudgeParameters(r *http.Request, values []string) []Violation {
	j := judge{operation: o}
	for i, parameter := range o.pathParameters {
		text := ""
		if i < len(values) {
			text = values[i]
		}
		if !parameter.accepts(text) {
			j.parameter(parameter, []string{text})
		}
	}
	if len(o.parameters) > len(o.pathParameters) {
		j.otherParameters(r)
	}
	sortViolations(j.found)
	return j.found
}

// accepts is the quick way for a single text.
func (p *Parameter) accepts(text string) bool {
	p.codec.prepare()
	return text != "" && p.codec.quick.accepts(text)
}

func (j *judge) otherParameters(r *http.Request) {
	var query url.Values
	for _, parameter := range j.operation.parameters {
		var texts []string
		switch parameter.In {
		case "query":
			if query == nil && r.URL.RawQuery != "" {
				query = r.URL.Query()
			}
			texts = query[parameter.Name]
		case "header":
			if ignoredHeader(parameter.Name) {
				continue
			}
			if texts = r.Header.Values(parameter.Name); len(texts) > 1 {
				texts = []string{strings.Join(texts, ", ")}
			}
		case "cookie":
			for _, cookie := range r.CookiesNamed(parameter.Name) {
				texts = append(texts, cookie.Value)
			}
		default:
			continue
		}
		if len(texts) != 1 || !parameter.accepts(texts[0]) {
			j.parameter(parameter, texts)
		}
	}
}

// ignoredHeader says whether a header is described elsewhere in OpenAPI (3.1, "Parameter Object": such parameters shall be ignored).
func ignoredHeader(name string) bool {
	return strings.EqualFold(name, "Accept") || strings.EqualFold(name, "Content-Type") || strings.EqualFold(name, "Authorization")
}

// parameter judges what the quick way did not accept.
func (j *judge) parameter(p *Parameter, texts []string) {
	p.codec.prepare()
	isObject := slices.Contains(p.codec.types, "object") && p.codec.media == ""
	v := Violation{Where: "request " + p.In, Pointer: strictyaml.Pointer(p.Name), Position: p.Position}
	switch {
	case len(texts) == 0 && isObject:
		return // its properties stand under their own names
	case len(texts) == 0 && p.Required:
		v.Rule, v.Want, v.Got, v.Inferred = "parameter/required", "present", "absent", p.sources.of("required")
		j.add(v)
		return
	case len(texts) == 0:
		return
	case len(texts) > 1 && !p.codec.repeats():
		v.Rule, v.Want, v.Got, v.Inferred = "parameter/repeated", "one value", fmt.Sprintf("%d values", len(texts)), p.sources.of("schema")
		j.add(v)
		return
	case len(texts) == 1 && texts[0] == "":
		if p.Required && !p.empty {
			v.Rule, v.Want, v.Got, v.Inferred = "parameter/empty", "a value", `""`, p.sources.of("required")
			j.add(v)
		}
		return
	}
	j.texts(p.codec, texts, v.Where, v.Pointer, "parameter/", p.sources.of("schema"))
}

// texts judges the text of a parameter or header: one reading that is right is enough, else the likeliest is reported.
func (j *judge) texts(c *codec, texts []string, where, pointer, kind, cover string) {
	if c.unread() {
		return
	}
	var likeliest []Violation
	for i, value := range c.readings(texts) {
		try := judge{operation: j.operation, status: j.status, at: j.at}
		try.schema(c.schema, value, where, pointer, kind, cover)
		if len(try.found) == 0 {
			return
		}
		if i == 0 {
			likeliest = try.found
		}
	}
	j.found = append(j.found, likeliest...)
}
