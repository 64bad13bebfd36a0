package schema

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const (
	matchTimeout      = 50 * time.Millisecond // for a pattern that RE2 cannot run; it is checked about ten times a second
	maxTimeouts       = 5                     // after that many, such a pattern is not tried again
	maxBacktrackBytes = 4096                  // of a pattern that RE2 cannot run
)

// patterns compiles regular expressions: RE2, which is linear in time, and for what it lacks (look-around,
// back-references) a backtracking engine in ECMAScript's dialect, under a time limit.
type patterns struct {
	mu   sync.Mutex
	slow map[string]*backtracking // of the schemas, by pattern
}

func newPatterns() *patterns { return &patterns{slow: map[string]*backtracking{}} }

// check compiles a pattern that stands in a schema.
func (p *patterns) check(pattern string) error {
	compiled, err := p.compile(pattern)
	if slow, ok := compiled.(*backtracking); ok && err == nil {
		p.mu.Lock()
		p.slow[pattern] = slow
		p.mu.Unlock()
	}
	return err
}

// compile is the library's jsonschema.RegexpEngine. It also serves values of format regex, so it keeps nothing.
func (p *patterns) compile(pattern string) (jsonschema.Regexp, error) {
	if linear, err := regexp.Compile(pattern); err == nil {
		return linear, nil
	}
	if slow := p.backtracking(pattern); slow != nil {
		return slow, nil
	}
	if len(pattern) > maxBacktrackBytes {
		return nil, fmt.Errorf("too long: more than %d bytes of what RE2 cannot run", maxBacktrackBytes)
	}
	expression, err := regexp2.Compile(pattern, regexp2.ECMAScript|regexp2.Unicode)
	if err != nil {
		return nil, errors.New(cut(strings.TrimPrefix(err.Error(), "error parsing regexp: ")))
	}
	expression.MatchTimeout = matchTimeout
	return &backtracking{pattern: pattern, expression: expression}, nil
}

// backtracking returns a pattern of the schemas that RE2 cannot run, or nil.
func (p *patterns) backtracking(pattern string) *backtracking {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.slow[pattern]
}

// backtracking is a pattern that may take exponential time. A match that runs out of time counts as none; a pattern
// that does so again and again is given up, so that a body full of bad strings costs a second and not an hour.
type backtracking struct {
	pattern    string
	expression *regexp2.Regexp
	timeouts   atomic.Int32
}

// String returns the pattern.
func (b *backtracking) String() string { return b.pattern }

// MatchString tells whether s holds a match that was found in time.
func (b *backtracking) MatchString(s string) bool {
	matched, inTime := b.match(s)
	return matched && inTime
}

func (b *backtracking) match(s string) (matched, inTime bool) {
	if b.timeouts.Load() >= maxTimeouts {
		return false, false
	}
	matched, err := b.expression.MatchString(s)
	if err != nil {
		b.timeouts.Add(1)
		return false, false
	}
	return matched, true
}
