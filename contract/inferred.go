package contract

import (
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// inferred is an x-inferred extension: the source of what the provider does not state. A text covers the whole object, a
// mapping the keys that it names.
type inferred struct {
	all  string
	keys map[string]string
}

// of returns the source that covers key, or "".
func (i inferred) of(key string) string {
	if source := i.keys[key]; source != "" {
		return source
	}
	return i.all
}

// inferred reads the x-inferred of an object.
func (r *reader) inferred(node *strictyaml.Node, subject string) inferred {
	value := r.field(node, "x-inferred")
	switch {
	case value == nil:
		return inferred{}
	case value.Kind() == strictyaml.String && value.Text() != "":
		return inferred{all: value.Text()}
	case value.Kind() == strictyaml.Mapping:
		found := inferred{keys: map[string]string{}}
		for _, field := range value.Fields() {
			found.keys[field.Key] = r.text(value, field.Key, subject+": x-inferred")
		}
		return found
	}
	r.problems.Add(value.Position(), subject, "x-inferred: want a source, or a mapping from key to source, got "+value.Describe(), "")
	return inferred{}
}

// levelOf is Should for what is inferred.
func levelOf(source string) Level {
	if source != "" {
		return Should
	}
	return Must
}
