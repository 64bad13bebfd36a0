package contracttest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/expression"
	"github.com/understudy-dev/understudy/internal/strictyaml"
	"github.com/understudy-dev/understudy/scenarios"
)

// IDs of the checks. A rule's check is ruleCheck and the rule's ID.
const (
	checkDocumented  = "status-documented"
	checkStatus      = "status-expected"
	checkMediaType   = "media-type"
	checkHeaders     = "headers"
	checkJSON        = "json"
	checkSchema      = "schema"
	checkExpectation = "expectation"
	ruleCheck        = "rule/"
)

// planned is a case before it is played: all that is known without a provider.
type planned struct {
	operation *contract.Operation
	name      string
	kind      string
	status    int
	values    []string // path values that play it on a mock
	expect    []scenarios.Expectation
	probe     *probe // nil for a scenario
	checks    []check

	// Of a lifecycle.
	scenario *scenarios.Scenario
	atEnd    []scenarios.Expectation // nil for what never ends
}

// check is one claim about a case's exchange, or about its polls.
type check struct {
	id           string
	level        contract.Level
	sentence     string
	rule         *contract.Rule // nil for other checks
	observations int            // how many a check of the lifecycle takes; 0 for other checks
}

// plan lists the cases of a catalog, operation by operation: every scenario that a provider can be asked to show, in one exchange or
// over time, then the probes.
func plan(c *scenarios.Catalog) ([]*planned, error) {
	var cases []*planned
	var problems []error
	for _, o := range c.Contract().Operations() {
		rules, err := o.Rules()
		if err != nil {
			problems = append(problems, err)
			continue
		}
		for _, s := range c.For(o) {
			if !s.InSuite() {
				continue
			}
			one := &planned{operation: o, name: s.Name, kind: KindScenario, status: s.Status, values: s.Values(), expect: s.Expect}
			if s.OverTime {
				one.kind, one.scenario, one.atEnd = KindLifecycle, s, s.AtEnd
			}
			one.addChecks(rules)
			cases = append(cases, one)
		}
		for _, one := range probes(o, defaultValues(c, o)) {
			one.addChecks(rules)
			cases = append(cases, one)
		}
	}
	return cases, errors.Join(problems...)
}

// defaultValues are the path values of the operation's own default, nil when it plays nothing.
func defaultValues(c *scenarios.Catalog, o *contract.Operation) []string {
	fallback, err := c.Default(o)
	if err != nil {
		return nil
	}
	for _, s := range c.For(o) {
		if s.Name == fallback.Scenario {
			return s.Values()
		}
	}
	return nil
}

// addChecks lists what the contract says of the expected answer, and of how it moves.
func (p *planned) addChecks(rules []*contract.Rule) {
	p.add(checkDocumented, "answers with a documented status")
	p.add(checkStatus, fmt.Sprintf("answers %d", p.status))
	if p.probe != nil {
		p.checks[1].level = p.probe.level
		p.checks[1].sentence = p.probe.sentence
	}
	response := p.operation.Response(p.status)
	if response == nil {
		return
	}
	json := p.addMediaType(response)
	if len(response.Headers) > 0 {
		p.add(checkHeaders, "carries the headers that the contract documents")
	}
	if json {
		p.add(checkJSON, "sends well-formed JSON")
		p.add(checkSchema, "sends a body that the schema allows")
	}
	if text := p.promise(); text != "" {
		p.add(checkExpectation, text)
	}
	for _, rule := range rules {
		if json && !rule.Transition && (rule.Status == "" || rule.Status == response.Status) {
			p.merge(check{id: ruleCheck + rule.ID, level: rule.Level, sentence: rule.Message, rule: rule})
		}
	}
	if p.kind == KindLifecycle {
		for _, c := range p.operation.TraceChecks(p.ends()) {
			p.merge(check{id: c.ID, level: c.Level, sentence: c.Sentence, rule: c.Rule, observations: c.Observations})
		}
	}
}

// addMediaType says whether a body is expected that may be JSON.
func (p *planned) addMediaType(response *contract.Response) (json bool) {
	if len(response.Content) == 0 || p.operation.Method() == http.MethodHead {
		p.add(checkMediaType, "answers without a body")
		return false
	}
	var types []string
	for i := range response.Content {
		types = append(types, response.Content[i].Type)
		json = json || isJSON(response.Content[i].Type)
	}
	p.add(checkMediaType, "answers with "+strings.Join(types, " or "))
	return json
}

// ends says whether a lifecycle comes to an end.
func (p *planned) ends() bool { return p.atEnd != nil }

func (p *planned) add(id, sentence string) {
	p.checks = append(p.checks, check{id: id, sentence: sentence})
}

// merge adds a check. A schema that stands in several places brings its rules several times: they are one check.
func (p *planned) merge(one check) {
	same := slices.IndexFunc(p.checks, func(c check) bool { return c.id == one.id })
	if same >= 0 {
		p.checks[same].level = min(p.checks[same].level, one.level)
		return
	}
	p.checks = append(p.checks, one)
}

// reads lists the places that a rule looks at, because a rule about a whole body does not say much of where it is broken.
func reads(rule *contract.Rule) []string {
	program, err := expression.New("self", "oldSelf", "request").Compile(rule.Rule)
	if err != nil {
		return nil // the contract has reported it
	}
	var pointers []string
	for _, name := range program.Names() {
		if path, ok := strings.CutPrefix(name, "self."); ok {
			pointers = append(pointers, strictyaml.Pointer(strings.Split(path, ".")...))
		}
	}
	return pointers
}

// promise is what the name promises, as a claim; "" for nothing.
func (p *planned) promise() string {
	var parts []string
	if len(p.expect) > 0 {
		parts = append(parts, "shows "+promised(p.expect))
	}
	if len(p.atEnd) > 0 {
		parts = append(parts, "ends with "+promised(p.atEnd))
	}
	return strings.Join(parts, ", and ")
}

// promised writes expectations as a claim.
func promised(expect []scenarios.Expectation) string {
	parts := make([]string, 0, len(expect))
	for _, e := range expect {
		parts = append(parts, e.Pointer+" "+jsonText(e.Value))
	}
	return strings.Join(parts, " and ")
}

// isJSON says whether bodies of a media type are JSON: application/json or a type with the suffix +json (RFC 6839).
func isJSON(mediaType string) bool {
	name, _, _ := strings.Cut(mediaType, ";")
	name = strings.ToLower(strings.TrimSpace(name))
	return name == "application/json" || name == "text/json" || strings.HasSuffix(name, "+json")
}
