package contract

import (
	"fmt"
	"slices"
	"sync"

	"github.com/understudy-dev/understudy/internal/expression"
	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// Rule is one entry of x-validations. Its fields are for reading only.
type Rule struct {
	ID         string
	Level      Level
	When, Rule string // CEL
	Message    string
	Transition bool   // reads oldSelf: judged over traces only
	Status     string // documented status it belongs to; "" any
	At         string // pointer pattern of self within the body: "", "/steps/*"
	Inferred   string
	Position   Position

	when, rule *expression.Program // when is nil without a condition
}

// rulesOnce is what is read of an operation's rules when they are first asked for.
type rulesOnce struct {
	once  sync.Once
	rules []*Rule
	err   error
}

// Rules lists the rules that can apply to the answers of this operation: x-validations of the operation (any status), of its response
// objects, and of the schemas that must hold in them, at any depth. A rule in a branch of oneOf or anyOf is none: the branch need not
// hold. The error joins what is wrong with them; the rules that are right are listed all the same. The slice is the caller's.
func (o *Operation) Rules() ([]*Rule, error) {
	all, err := o.allRules()
	return slices.Clone(all), err
}

func (o *Operation) allRules() ([]*Rule, error) {
	o.ruled.once.Do(func() {
		r := ruleReader{reader: reader{files: o.files}, contract: o.contract}
		r.list(o.node, o.subject(), Rule{})
		for _, response := range o.load().responses {
			r.response(o, response)
		}
		o.ruled.rules, o.ruled.err = r.found, r.problems.Err()
	})
	return o.ruled.rules, o.ruled.err
}

// ruleReader collects the rules of one operation.
type ruleReader struct {
	reader
	contract *Contract
	found    []*Rule
}

// ruleSite is a schema with rules, and where in a body it must hold.
type ruleSite struct {
	pointer string
	node    *strictyaml.Node
}

func (r *ruleReader) response(o *Operation, response *Response) {
	if response.parts == nil || r.full() {
		return
	}
	r.list(response.node, fmt.Sprintf("response %s of %q", response.Status, o.id), Rule{Status: response.Status})
	for _, site := range response.parts.ruleSites() {
		if !r.list(site.node, "schema", Rule{Status: response.Status, At: site.pointer}) {
			return
		}
	}
}

// ruleSites looks for rules below the schemas of a response, once for all statuses that share it.
func (p *responseParts) ruleSites() []ruleSite {
	p.once.Do(func() {
		seen := map[ruleSite]bool{} // two media types often share their schema
		for _, media := range p.content {
			if !isJSON(media.Type) {
				continue
			}
			media.Schema.Walk(func(pointer string, s *schema.Schema) bool {
				site := ruleSite{pointer, s.Node()}
				if s.Node().Field("x-validations") != nil && !seen[site] {
					seen[site] = true
					p.sites = append(p.sites, site)
				}
				return true
			})
		}
	})
	return p.sites
}

// ruleEntry is the form of one entry of x-validations.
type ruleEntry struct {
	ID        *strictyaml.Node `yaml:"id"`
	Level     *strictyaml.Node `yaml:"level"`
	When      *strictyaml.Node `yaml:"when"`
	Rule      *strictyaml.Node `yaml:"rule"`
	Message   *strictyaml.Node `yaml:"message"`
	Inferred  string           `yaml:"inferred"`
	XInferred string           `yaml:"x-inferred"`
}

// maxRules bounds the rules of one operation.
const maxRules = 2000

// list reads the x-validations of holder; base says where they apply. False means that there are too many.
func (r *ruleReader) list(holder *strictyaml.Node, subject string, base Rule) bool {
	ids := map[string]Position{}
	for _, node := range r.sequence(holder, "x-validations", subject).Items() {
		if r.full() {
			return false
		}
		if len(r.found) >= maxRules {
			r.problems.Add(node.Position(), subject, fmt.Sprintf("more than %d rules", maxRules), "")
			return false
		}
		if !r.isMapping(node, subject+": x-validations") {
			continue
		}
		rule := r.rule(node, base)
		if rule == nil {
			continue
		}
		at := node.Field("id").Position()
		if first, taken := ids[rule.ID]; taken {
			r.problems.Add(at, fmt.Sprintf("rule %q", rule.ID), "this id is taken", "the other is at "+first.String())
			continue
		}
		ids[rule.ID] = at
		r.found = append(r.found, rule)
	}
	return true
}

func (r *ruleReader) rule(node *strictyaml.Node, base Rule) *Rule {
	subject := "rule"
	if id := node.Field("id"); id.Kind() == strictyaml.String {
		subject = fmt.Sprintf("rule %q", id.Text())
	}
	before := r.problems.Len()
	var entry ruleEntry
	strictyaml.Decode(node, &entry, subject, &r.problems)
	rule := base
	rule.Position = node.Position()
	rule.ID = r.needed(node, entry.ID, "id", subject)
	rule.Rule = r.needed(node, entry.Rule, "rule", subject)
	rule.Message = r.needed(node, entry.Message, "message", subject)
	rule.Inferred = entry.Inferred
	if entry.XInferred != "" {
		rule.Inferred = entry.XInferred
	}
	rule.Level = levelOf(rule.Inferred)
	r.oneOf(node, "level", subject, "must", "should")
	if r.text(node, "level", subject) == "should" {
		rule.Level = Should
	}
	rule.rule = r.compile(entry.Rule, subject)
	if entry.When != nil {
		rule.When = r.text(node, "when", subject)
		rule.when = r.compile(entry.When, subject)
	}
	if r.problems.Len() > before {
		return nil
	}
	rule.Transition = rule.rule.Uses("oldSelf") || (rule.when != nil && rule.when.Uses("oldSelf"))
	return &rule
}

// needed is text that must be there and not be empty.
func (r *ruleReader) needed(node, value *strictyaml.Node, key, subject string) string {
	if value == nil {
		r.problems.Add(node.Position(), subject, fmt.Sprintf("there is no %q key", key), "")
		return ""
	}
	text := r.text(node, key, subject)
	if value.Kind() == strictyaml.String && text == "" {
		r.problems.Add(value.Position(), subject, key+" is empty", "")
	}
	return text
}

func (r *ruleReader) compile(node *strictyaml.Node, subject string) *expression.Program {
	if node.Kind() != strictyaml.String || node.Text() == "" {
		return nil // reported as the wrong kind, or as empty
	}
	program, err := r.contract.program(node.Text())
	if err != nil {
		r.problems.AddError(r.files.expressionError(node, subject, err))
	}
	return program
}
