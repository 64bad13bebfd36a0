package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// owner is a place in the body that the lifecycle uses, and under which key it is written.
type owner struct {
	key, pointer, use string
	node              *strictyaml.Node
}

func useOf(key string) string {
	switch key {
	case "items":
		return "the list of steps"
	case "startedAt", "endedAt":
		return "a time of the lifecycle"
	case "order", "key":
		return "the " + key + " of the steps"
	}
	return "the " + key
}

// owner reads the pointer under a key, and checks that the lifecycle can use what it leads to.
func (r lifecycleReader) owner(key string, node *strictyaml.Node, within *schema.Schema) owner {
	o := owner{key: key, pointer: r.pointer(node, within), use: useOf(key), node: node}
	at, ok := within.At(o.pointer)
	if o.pointer == "" || !ok {
		return o // reported by pointer
	}
	if key != "order" && key != "key" && !direct(within, o.pointer) {
		r.problems.Add(node.Position(), r.subject, fmt.Sprintf("%s: %q leads into a list or a map", key, o.pointer), "it has to be one place in the body")
	}
	if key != "startedAt" && key != "endedAt" {
		return o
	}
	if types := valueTypes(at); types != nil && !slices.Contains(types, "string") {
		r.problems.Add(node.Position(), r.subject, fmt.Sprintf("%q is of type %s in %s", o.pointer, strings.Join(types, " or "), r.place), "a time is text")
	}
	if always, _ := r.required(o.pointer, within); always {
		r.problems.Add(node.Position(), r.subject, fmt.Sprintf("%q is required at all times by the schema", o.pointer), "a time is absent, or null, until it is known")
	}
	return o
}

// apart checks that no place serves two purposes, and that nothing that moves is constant.
func (r lifecycleReader) apart(owners []owner, constants *strictyaml.Node) {
	first := map[string]string{}
	for _, o := range owners {
		if o.pointer == "" || o.key == "" {
			continue
		}
		if key, taken := first[o.pointer]; taken {
			r.problems.Add(o.node.Position(), r.subject, fmt.Sprintf("%q is both %s and %s", o.pointer, key, o.key), "")
			continue
		}
		first[o.pointer] = o.key
	}
	for _, node := range constants.Items() {
		for _, o := range owners {
			if o.key == "order" || o.key == "key" || o.pointer == "" || !covers(node.Text(), o.pointer) {
				continue
			}
			problem := "is " + o.use
			if strings.Count(node.Text(), "/") < strings.Count(o.pointer, "/") {
				problem = fmt.Sprintf("holds %q, which is %s", o.pointer, o.use)
			}
			r.problems.Add(node.Position(), r.subject, fmt.Sprintf("constant: %q %s", node.Text(), problem), "")
			break
		}
	}
}

// covers says whether pattern means the place at pointer or something around it. In both, "*" stands for anything.
func covers(pattern, pointer string) bool {
	outer, inner := strings.Split(pattern, "/"), strings.Split(pointer, "/")
	if len(outer) > len(inner) || len(outer) < 2 {
		return false
	}
	for i, token := range outer {
		if token != inner[i] && token != "*" && inner[i] != "*" {
			return false
		}
	}
	return true
}

// shows checks what the outcomes show against the schema, against what the lifecycle uses for something else, and against each other.
func (r lifecycleReader) shows(m *machine, within *schema.Schema, owners []owner, constant []string) {
	used, shown := map[string]string{}, map[string]bool{}
	for _, pointer := range constant {
		used[pointer] = "constant"
	}
	for _, o := range owners {
		used[o.pointer] = o.use
	}
	for _, o := range m.outcomes {
		for _, pointer := range o.Shows {
			shown[pointer] = true
		}
	}
	for i := range m.endings {
		own := map[string]bool{}
		for _, node := range m.endings[i].shows {
			if own[node.Text()] {
				r.problems.Add(node.Position(), r.subject, fmt.Sprintf("outcomes: %q is given twice", node.Text()), "")
				continue
			}
			own[node.Text()] = true
			before := r.problems.Len()
			if r.pointer(node, within); r.problems.Len() > before {
				continue
			}
			if problem := r.showProblem(node.Text(), within, owners, used, shown); problem != "" {
				r.problems.Add(node.Position(), r.subject, fmt.Sprintf("outcomes: %q %s", node.Text(), problem), "")
			}
		}
	}
}

// showProblem says why an end cannot show what pointer leads to; "" when it can.
func (r lifecycleReader) showProblem(pointer string, within *schema.Schema, owners []owner, used map[string]string, shown map[string]bool) string {
	for above := pointer; above != ""; above = parent(above) {
		if use := used[above]; use != "" && above == pointer {
			return "is " + use
		} else if use != "" {
			return fmt.Sprintf("lies in %q, which is %s", above, use)
		}
		if above != pointer && shown[above] {
			return fmt.Sprintf("lies in %q, which an outcome shows as a whole", above)
		}
	}
	for _, o := range owners {
		if strings.HasPrefix(o.pointer, pointer+"/") {
			return fmt.Sprintf("holds %q, which is %s", o.pointer, o.use)
		}
	}
	if !direct(within, pointer) {
		return "leads into a list or a map; show it as a whole"
	}
	switch always, here := r.required(pointer, within); {
	case always:
		return "is required at all times by the schema"
	case here:
		return fmt.Sprintf("is required by the schema wherever there is %q; show that as a whole", parent(pointer))
	}
	return ""
}

func parent(pointer string) string { return pointer[:strings.LastIndexByte(pointer, '/')] }

// required says whether the schema does not let a place come and go: always, because all that leads there is required too, or here, in the
// object that it stands in.
func (r lifecycleReader) required(pointer string, within *schema.Schema) (always, here bool) {
	tokens, err := strictyaml.Tokens(pointer)
	if err != nil {
		return false, false // reported by pointer
	}
	always = true
	for _, token := range tokens {
		here = r.requires(within, token)
		always = always && here
		within, _ = within.At(strictyaml.Pointer(token))
	}
	return always, here
}

// requires says whether an object cannot be without a value under name; null is no value.
func (r lifecycleReader) requires(s *schema.Schema, name string) bool {
	if _, known := r.needs[s]; !known {
		r.needs[s] = map[string]*schema.Schema{}
		for _, property := range s.Properties() {
			if property.Required {
				r.needs[s][property.Name] = property.Schema
			}
		}
	}
	property, needed := r.needs[s][name]
	if !needed {
		return false
	}
	problems, err := property.Validate(nil)
	return err == nil && len(problems) > 0
}
