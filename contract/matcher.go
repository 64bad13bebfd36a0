package contract

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// Match is what a method and path lead to.
type Match struct {
	Operation *Operation // nil when the path or the method is unknown
	Values    []string   // path parameter values, unescaped, in the order of Operation.PathParameters()
	Allow     []string   // the path's methods, sorted, when the path is known and the method is not; do not modify
}

// Match finds the operation for a method and an escaped path (URL.EscapedPath()) incl. base path. Segment by segment a literal
// beats a mixed segment ("{id}:action"), which beats a parameter, with backtracking; the path decides before the method
// does, as OpenAPI says. Segments are unescaped one by one, so that %2F stays within a parameter. A trailing slash makes another path;
// an empty segment fits no parameter. ok is false when no template fits the path.
func (c *Contract) Match(method, escapedPath string) (m Match, ok bool) {
	path, rooted := strings.CutPrefix(escapedPath, "/")
	if !rooted {
		return Match{}, false
	}
	leaf, values, ok := c.tree.root.find(path, nil, c.tree.parameters)
	if !ok {
		return Match{}, false
	}
	for _, o := range leaf.operations {
		if o.method == method {
			return Match{Operation: o, Values: values}, true
		}
	}
	return Match{Allow: leaf.allow}, true
}

// tree holds all templates of a contract, one level for each segment.
type tree struct {
	root       branch
	parameters int // the most that one template has
}

// branch is where the templates stand that begin alike.
type branch struct {
	literals   map[string]*branch
	mixed      []mixedBranch // the one with the most literal text first
	parameter  *branch
	operations []*Operation // those whose template ends here
	allow      []string
}

type mixedBranch struct {
	segment segment
	next    *branch
}

func (t *tree) add(o *Operation) {
	at := &t.root
	for _, s := range o.allSegments() {
		at = at.child(s)
	}
	at.operations = append(at.operations, o)
	t.parameters = max(t.parameters, len(o.template.names))
}

// finish sorts what depends on all templates.
func (t *tree) finish() {
	var visit func(b *branch)
	visit = func(b *branch) {
		slices.SortStableFunc(b.mixed, func(x, y mixedBranch) int { return cmp.Compare(y.segment.weight(), x.segment.weight()) })
		for _, o := range b.operations {
			b.allow = append(b.allow, o.method)
		}
		slices.Sort(b.allow)
		for _, next := range b.literals {
			visit(next)
		}
		for _, edge := range b.mixed {
			visit(edge.next)
		}
		if b.parameter != nil {
			visit(b.parameter)
		}
	}
	visit(&t.root)
}

// weight is the length of the literal text: the more of it, the more particular the segment.
func (s segment) weight() int { return len(strings.Join(s.literals, "")) }

func (b *branch) child(s segment) *branch {
	switch {
	case s.literal():
		if b.literals == nil {
			b.literals = map[string]*branch{}
		}
		if b.literals[s.literals[0]] == nil {
			b.literals[s.literals[0]] = &branch{}
		}
		return b.literals[s.literals[0]]
	case s.whole():
		if b.parameter == nil {
			b.parameter = &branch{}
		}
		return b.parameter
	}
	for _, edge := range b.mixed {
		if slices.Equal(edge.segment.literals, s.literals) {
			return edge.next
		}
	}
	next := &branch{}
	b.mixed = append(b.mixed, mixedBranch{segment: s, next: next})
	return next
}

// find follows path, which has no leading slash, and appends to values what the parameters hold. Each branch is visited at most once,
// so the time is bounded by the size of the tree. room is how many values there can be.
func (b *branch) find(path string, values []string, room int) (*branch, []string, bool) {
	text, rest, more := strings.Cut(path, "/")
	if strings.IndexByte(text, '%') >= 0 {
		unescaped, err := url.PathUnescape(text)
		if err != nil {
			return nil, nil, false
		}
		text = unescaped
	}
	if next := b.literals[text]; next != nil {
		if leaf, found, ok := next.follow(rest, more, values, room); ok {
			return leaf, found, true
		}
	}
	if text == "" || (b.parameter == nil && b.mixed == nil) {
		return nil, nil, false
	}
	if values == nil {
		values = make([]string, 0, room)
	}
	for _, edge := range b.mixed {
		captured, ok := edge.segment.match(text, values)
		if !ok {
			continue
		}
		if leaf, found, ok := edge.next.follow(rest, more, captured, room); ok {
			return leaf, found, true
		}
	}
	if b.parameter == nil {
		return nil, nil, false
	}
	return b.parameter.follow(rest, more, append(values, text), room)
}

func (b *branch) follow(rest string, more bool, values []string, room int) (*branch, []string, bool) {
	if more {
		return b.find(rest, values, room)
	}
	return b, values, len(b.operations) > 0
}
