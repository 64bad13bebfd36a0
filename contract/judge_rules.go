package contract

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/internal/expression"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// rules evaluates the rules that can hold for this response on its decoded body.
func (j *judge) rules(ctx context.Context, response *Response, x *Exchange, body any) []RuleResult {
	rules, err := j.operation.allRules()
	if err != nil {
		j.broken(inResponseBody, err)
	}
	var results []RuleResult
	var request map[string]any
	for _, rule := range rules {
		if rule.Transition || (rule.Status != "" && rule.Status != response.Status) {
			continue
		}
		if request == nil {
			request = j.operation.requestVariable(x)
		}
		result := RuleResult{Rule: rule}
		for _, place := range placesOf(body, rule.At) {
			if v := result.judge(ctx, place, map[string]any{"self": place.value, "request": request}); v != nil {
				j.add(*v)
			}
		}
		results = append(results, result)
	}
	return results
}

// judge evaluates the rule in one place and counts it; nil when it holds or is not applicable.
func (r *RuleResult) judge(ctx context.Context, at place, variables map[string]any) *Violation {
	rule := r.Rule
	holds, err := rule.holds(ctx, variables)
	if errors.Is(err, expression.ErrMissing) {
		return nil
	}
	r.Applied++
	if holds && err == nil {
		return nil
	}
	r.Broken++
	v := Violation{
		Level: rule.Level, Where: inResponseBody, Pointer: at.pointer, Rule: "rule/" + rule.ID, Message: rule.Message,
		Inferred: rule.Inferred, Position: rule.Position,
	}
	if err != nil {
		v.Got = err.Error()
	}
	return &v
}

// holds evaluates condition and rule. A condition that is false counts as a missing key: the rule is not applicable.
func (r *Rule) holds(ctx context.Context, variables map[string]any) (bool, error) {
	if r.when != nil {
		applies, err := r.when.Bool(ctx, variables)
		if err != nil {
			return false, err
		}
		if !applies {
			return false, expression.ErrMissing
		}
	}
	return r.rule.Bool(ctx, variables)
}

// place is a value within a body.
type place struct {
	pointer string
	value   any
}

// placesOf lists the values that a pattern means: "*" stands for every item of an array and every value of an object, a number for
// one item.
func placesOf(body any, pattern string) []place {
	tokens, err := strictyaml.Tokens(pattern)
	if err != nil {
		return nil
	}
	places := []place{{value: body}}
	for _, token := range tokens {
		var next []place
		for _, at := range places {
			next = append(next, at.below(token)...)
		}
		places = next
	}
	return places
}

func (p place) below(token string) []place {
	var found []place
	switch value := p.value.(type) {
	case map[string]any:
		if child, ok := value[token]; ok {
			return []place{p.child(token, child)}
		}
		if token == "*" {
			for _, key := range slices.Sorted(maps.Keys(value)) {
				found = append(found, p.child(key, value[key]))
			}
		}
	case []any:
		if token == "*" {
			for i, item := range value {
				found = append(found, p.child(strconv.Itoa(i), item))
			}
			return found
		}
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(value) {
			return []place{p.child(token, value[i])}
		}
	}
	return found
}

func (p place) child(token string, value any) place {
	return place{pointer: p.pointer + strictyaml.Pointer(token), value: value}
}

// requestVariable is what rules see as request. Header names are in lower case; of several values of one name the first counts in
// query, and all joined by a comma in headers.
func (o *Operation) requestVariable(x *Exchange) map[string]any {
	path, query, headers := map[string]any{}, map[string]any{}, map[string]any{}
	if x.URL != nil {
		for i, value := range o.template.valuesIn(x.URL) {
			path[o.template.names[i]] = value
		}
		for name, values := range x.URL.Query() {
			query[name] = values[0]
		}
	}
	for name, values := range x.RequestHeader {
		headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return map[string]any{"method": x.Method, "path": path, "query": query, "headers": headers}
}

// valuesIn reads the parameters from the end of a URL's path: a provider may serve the contract below another base path.
func (t *pathTemplate) valuesIn(u *url.URL) []string {
	parts := strings.Split(u.EscapedPath(), "/")
	if len(parts) < len(t.segments) {
		return nil
	}
	var values []string
	for i, part := range parts[len(parts)-len(t.segments):] {
		text, err := url.PathUnescape(part)
		if err != nil {
			return nil
		}
		s := t.segments[i]
		if s.literal() {
			continue
		}
		var ok bool
		if values, ok = s.match(text, values); !ok {
			return nil
		}
	}
	return values
}
