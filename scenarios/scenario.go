package scenarios

import (
	"sync"

	"github.com/understudy-dev/understudy/contract"
)

// The families of scenarios.
const (
	FamilyStatus      = "status"       // every documented status
	FamilyValue       = "value"        // every value of every response enum
	FamilyFailingStep = "failing-step" // every step that can fail
	FamilyLifecycle   = "lifecycle"    // every outcome over time
	FamilyShape       = "shape"        // minimal, empty-lists, full
	FamilyFixture     = "fixture"      // every fixture by its name
	FamilyDeclared    = "declared"     // from YAML
)

// Scenario is one named world, as far as it concerns one operation. Immutable, safe for concurrent use.
type Scenario struct {
	// Name selects it; unique among the scenarios of its operation.
	Name string
	// Family is one of the Family constants.
	Family string
	// Summary is one sentence for people.
	Summary string
	// Operation is what it answers for.
	Operation *contract.Operation
	// Status is the HTTP status of its answer; of its first answer when it is Ordered.
	Status int
	// ID is the value of the last path parameter that plays it without a header; "" for none.
	ID string
	// Expect is what its name promises of the body.
	Expect []Expectation
	// OffContract is the reason why it leaves the contract; "" when it keeps it.
	OffContract string
	// Ordered says that its answers differ call by call.
	Ordered bool
	// OverTime says that its answers change with time, or from poll to poll.
	OverTime bool
	// AtEnd is what its name promises of the last body, when it is OverTime; nil for a course that never ends.
	AtEnd []Expectation

	world  *world
	slots  slots
	once   sync.Once
	answer *Answer
	err    error
}

// Expectation is a value that a scenario promises. In Pointer (RFC 6901) "*" stands for any item: one must match.
type Expectation struct {
	Pointer string
	Value   any // decoded JSON
}

// InSuite says whether a provider can be asked to play it: it keeps the contract, and neither orders its answers by call nor counts
// polls.
func (s *Scenario) InSuite() bool {
	return s.OffContract == "" && !s.Ordered && s.slots.advance != advancePoll && s.slots.inserts == nil
}

// Values are sample path values for its operation, in the template's order; the last is ID when it has one.
func (s *Scenario) Values() []string {
	values := append([]string(nil), s.world.sample...)
	if s.ID != "" {
		values[len(values)-1] = s.ID
	}
	return values
}

// compile builds the answer on first use.
func (s *Scenario) compile() (*Answer, error) {
	s.once.Do(func() { s.answer, s.err = s.world.answer(&s.slots) })
	return s.answer, s.err
}
