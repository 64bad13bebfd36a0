package server

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/scenarios"
)

// maxPlays bounds what one operation remembers of selections; past it, it starts over. Selections come from request headers.
const maxPlays = 512

// operation is an operation of the contract with the plays that were asked of it. Reading takes no lock.
type operation struct {
	contract   *contract.Operation
	names      []string // of the path parameters
	challenges []string // WWW-Authenticate of a 401
	plays      atomic.Pointer[map[string]*play]
	growing    sync.Mutex
	refusals   sync.Map // status → *play
}

func newOperation(o *contract.Operation, title string) *operation {
	result := &operation{contract: o, challenges: challenges(o, title)}
	for _, parameter := range o.PathParameters() {
		result.names = append(result.names, parameter.Name)
	}
	result.plays.Store(&map[string]*play{})
	return result
}

// play gives what names select; "" is the operation's default.
func (o *operation) play(catalog *scenarios.Catalog, names string) (*play, error) {
	if p := (*o.plays.Load())[names]; p != nil {
		return p, nil
	}
	answer, err := selectAnswer(catalog, o.contract, names)
	if err != nil {
		return nil, err
	}
	p, err := newPlay(answer, answer.Scenario, o.challenges)
	if err != nil {
		return nil, err
	}
	o.remember(names, p)
	return p, nil
}

// refusal gives the contract's own answer for a failed check; nil when the contract has none.
func (o *operation) refusal(catalog *scenarios.Catalog, status int) (*play, error) {
	if p, ok := o.refusals.Load(status); ok {
		return p.(*play), nil // refusals holds nothing else
	}
	answer := catalog.Refusal(o.contract, status)
	if answer == nil {
		return nil, nil
	}
	p, err := newPlay(answer, answer.Scenario, o.challenges)
	if err == nil {
		o.refusals.Store(status, p)
	}
	return p, err
}

func selectAnswer(catalog *scenarios.Catalog, o *contract.Operation, names string) (*scenarios.Answer, error) {
	if names == "" {
		return catalog.Default(o)
	}
	return catalog.Select(o, names)
}

// remember adds p to a copy of the plays, so that readers need no lock.
func (o *operation) remember(names string, p *play) {
	o.growing.Lock()
	defer o.growing.Unlock()
	old := *o.plays.Load()
	if len(old) >= maxPlays {
		old = nil
	}
	next := make(map[string]*play, len(old)+1)
	maps.Copy(next, old)
	// A header's text is part of the whole request's; keep only the name.
	next[strings.Clone(names)] = p
	o.plays.Store(&next)
}
