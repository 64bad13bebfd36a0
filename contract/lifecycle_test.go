package contract_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contract"
)

func lifecycle(t *testing.T) *contract.Lifecycle {
	t.Helper()
	c, err := contract.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c.Operations()[0].Lifecycle()
}

func TestLifecycle(t *testing.T) {
	got := lifecycle(t)
	transitions := map[string][]string{"NOT_STARTED": {"IN_PROGRESS", "NOT_NEEDED"}, "IN_PROGRESS": {"COMPLETED", "FAILED"}}
	outcomes := contract.Outcomes{
		{Name: "success", State: "COMPLETED"}, {Name: "failure", State: "FAILED"}, {Name: "skipped", State: "NOT_NEEDED"},
	}
	want := &contract.Lifecycle{
		State: "/status", Initial: "NOT_STARTED", Transitions: transitions, Outcomes: outcomes, StartedAt: "/startTime", EndedAt: "/endTime",
		Constant: []string{"/uuid", "/asyncTaskType", "/name", "/business", "/requesterUser", "/serviceSubscriber"}, Volatile: []string{"/apiRequestId"},
		Steps: &contract.Steps{
			Items: "/steps", Order: "/order", Key: "/uuid", State: "/status", Initial: "NOT_STARTED", Transitions: transitions, Outcomes: outcomes,
			StartedAt: "/startTime", EndedAt: "/endTime", Constant: []string{"/order", "/key", "/name"},
		},
		Position: got.Position,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lifecycle (-want +got):\n%s", diff)
	}
}

func TestLifecycleMoves(t *testing.T) {
	l := lifecycle(t)
	reachable := map[[2]string]bool{
		{"NOT_STARTED", "NOT_STARTED"}: true, {"NOT_STARTED", "COMPLETED"}: true, {"IN_PROGRESS", "FAILED"}: true,
		{"IN_PROGRESS", "NOT_STARTED"}: false, {"COMPLETED", "FAILED"}: false, {"IN_PROGRESS", "NOT_NEEDED"}: false, {"COMPLETED", "COMPLETED"}: true,
	}
	for move, want := range reachable {
		if got := l.Reachable(move[0], move[1]); got != want {
			t.Errorf("%s to %s: want %v, got %v", move[0], move[1], want, got)
		}
		if got := l.Steps.Reachable(move[0], move[1]); got != want {
			t.Errorf("step from %s to %s: want %v, got %v", move[0], move[1], want, got)
		}
	}
	courses := map[string][]string{
		"NOT_STARTED": {"NOT_STARTED"}, "COMPLETED": {"NOT_STARTED", "IN_PROGRESS", "COMPLETED"}, "NOT_NEEDED": {"NOT_STARTED", "NOT_NEEDED"}, "GONE": nil,
	}
	for end, want := range courses {
		if diff := cmp.Diff(want, l.Course(end)); diff != "" {
			t.Errorf("course to %s (-want +got):\n%s", end, diff)
		}
		if diff := cmp.Diff(want, l.Steps.Course(end)); diff != "" {
			t.Errorf("course of a step to %s (-want +got):\n%s", end, diff)
		}
	}
	for state, want := range map[string]bool{"NOT_STARTED": false, "IN_PROGRESS": false, "FAILED": true, "NOT_NEEDED": true} {
		if l.Terminal(state) != want || l.Steps.Terminal(state) != want {
			t.Errorf("terminal %s: want %v", state, want)
		}
	}
}

func TestOwns(t *testing.T) {
	l := lifecycle(t)
	tests := map[string]bool{
		"/status": true, "/startTime": true, "/endTime": true, "/steps/*/status": true, "/steps/0/endTime": true, "/steps/12/startTime": true,
		"": false, "/uuid": false, "/steps": false, "/steps/*": false, "/steps/x/status": false, "/steps/0/name": false, "/steps/0/status/x": false,
		"/steps/-1/status": false, "/business/status": false,
	}
	for pointer, want := range tests {
		if got := l.Owns(pointer); got != want {
			t.Errorf("%q: want %v, got %v", pointer, want, got)
		}
	}
}

// TestOtherLifecycles has states that are no enum of the embedded kind, and steps one level down.
func TestOtherLifecycles(t *testing.T) {
	c := load(t, `
openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /operations/{name}:
    get:
      operationId: getOperation
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      x-lifecycle:
        state: /done
        transitions: {false: [true]}
        outcomes: {success: true}
      responses:
        "202": {description: Not yet}
        "200": {description: OK, content: {application/json: {schema: {$ref: "#/components/schemas/Operation"}}}}
  /jobs/{name}:
    get:
      operationId: getJob
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      x-lifecycle:
        state: /properties/provisioningState
        transitions: {Creating: [Succeeded, Failed], Succeeded: [], Failed: []}
        outcomes: {success: Succeeded, failure: Failed}
        steps:
          items: /properties/plan/tasks
          state: /state
          transitions: {open: [busy], busy: [open, closed]}
          initial: open
          outcomes: {success: closed}
      responses:
        2XX: {description: OK, content: {application/json: {schema: {$ref: "#/components/schemas/Job"}}}}
components:
  schemas:
    Operation: {allOf: [{type: object, properties: {done: {type: boolean}}}]}
    Job:
      type: object
      properties:
        properties:
          type: object
          properties:
            provisioningState: {type: string}
            plan: {$ref: "#/components/schemas/Plan"}
    Plan: {type: object, properties: {tasks: {type: array, items: {type: object, properties: {state: {type: string}}}}}}
`)
	if got := c.Operation("getOperation").Lifecycle(); got.Initial != "false" || !got.Terminal("true") || got.Steps != nil {
		t.Errorf("got %+v", got)
	}
	job := c.Operation("getJob").Lifecycle()
	if diff := cmp.Diff([]string{"open", "busy", "closed"}, job.Steps.Course("closed")); diff != "" {
		t.Errorf("course (-want +got):\n%s", diff)
	}
	if !job.Owns("/properties/provisioningState") || !job.Owns("/properties/plan/tasks/3/state") {
		t.Error("the lifecycle owns nested states")
	}
}
