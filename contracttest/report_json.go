package contracttest

import (
	"encoding/json"
	"net/http"

	"github.com/understudy-dev/understudy/contract"
)

// The report's JSON. It has types of its own, so that its names do not change with the names of Go fields.
type (
	reportJSON struct {
		Contract   string          `json:"contract"`
		Version    string          `json:"version"`
		Digest     string          `json:"digest"`
		Target     string          `json:"target"`
		Strict     bool            `json:"strict"`
		Conformant bool            `json:"conformant"`
		Counts     map[Outcome]int `json:"counts"`
		Cases      []Case          `json:"cases"`
		Unverified []string        `json:"unverified"`
		Recorded   *RecordedCounts `json:"recorded,omitempty"`
	}
	caseJSON struct {
		Operation string        `json:"operation"`
		Scenario  string        `json:"scenario"`
		Kind      string        `json:"kind"`
		Status    int           `json:"status"`
		Provider  string        `json:"provider,omitempty"`
		Outcome   Outcome       `json:"outcome"`
		Reason    string        `json:"reason,omitempty"`
		Checks    []Result      `json:"checks"`
		Curl      string        `json:"curl,omitempty"`
		Exchange  *exchangeJSON `json:"exchange,omitempty"`
		Polls     []pollJSON    `json:"polls,omitempty"`
	}
	pollJSON struct {
		Offset float64 `json:"offset"` // since the first poll, in seconds
		Status int     `json:"status"`
		Entry  int     `json:"entry,omitempty"` // of a recording
	}
	resultJSON struct {
		ID         string          `json:"id"`
		Level      string          `json:"level"`
		Sentence   string          `json:"sentence"`
		Outcome    Outcome         `json:"outcome"`
		Violations []violationJSON `json:"violations,omitempty"`
		Omitted    int             `json:"omitted,omitempty"` // violations beyond those
		Reads      []string        `json:"reads,omitempty"`
	}
	violationJSON struct {
		Level    string `json:"level"`
		Where    string `json:"where"`
		Pointer  string `json:"pointer"`
		Rule     string `json:"rule"`
		Message  string `json:"message,omitempty"`
		Want     string `json:"want,omitempty"`
		Got      string `json:"got,omitempty"`
		Inferred string `json:"inferred,omitempty"`
		Position string `json:"position,omitempty"`
	}
	exchangeJSON struct {
		Method        string      `json:"method"`
		URL           string      `json:"url"`
		RequestHeader http.Header `json:"requestHeader"`
		Status        int         `json:"status"`
		Header        http.Header `json:"header"`
		Body          string      `json:"body"`
		Length        int         `json:"length"` // of the whole body, in bytes
	}
)

// MarshalJSON writes the report, whether it is conformant, and how many cases had which outcome.
func (r *Report) MarshalJSON() ([]byte, error) {
	return json.Marshal(reportJSON{
		Contract: r.Contract, Version: r.Version, Digest: r.Digest, Target: r.Target, Strict: r.Strict,
		Conformant: r.OK(), Counts: r.counts(), Cases: listed(r.Cases), Unverified: listed(r.Unverified),
		Recorded: r.Recorded,
	})
}

// MarshalJSON writes the case.
func (c Case) MarshalJSON() ([]byte, error) {
	out := caseJSON{
		Operation: c.Operation, Scenario: c.Scenario, Kind: c.Kind, Status: c.Status, Provider: c.Provider,
		Outcome: c.Outcome, Reason: c.Reason, Checks: listed(c.Checks), Curl: c.Curl,
	}
	if x := c.Exchange; x != nil {
		out.Exchange = &exchangeJSON{
			Method: x.Method, URL: x.URL.String(), RequestHeader: x.RequestHeader, Status: x.Status, Header: x.Header,
			Body: string(x.Body), Length: c.length,
		}
	}
	for i := range c.Polls {
		out.Polls = append(out.Polls, pollJSON{Offset: c.Polls[i].At.Seconds(), Status: c.Polls[i].Status, Entry: c.Polls[i].Entry})
	}
	return json.Marshal(out)
}

// MarshalJSON writes the check with its level as a word.
func (r Result) MarshalJSON() ([]byte, error) {
	out := resultJSON{ID: r.ID, Level: r.Level.String(), Sentence: r.Sentence, Outcome: r.Outcome, Omitted: r.omitted, Reads: r.Reads}
	for i := range r.Violations {
		out.Violations = append(out.Violations, violationAsJSON(&r.Violations[i]))
	}
	return json.Marshal(out)
}

func violationAsJSON(v *contract.Violation) violationJSON {
	return violationJSON{
		Level: v.Level.String(), Where: v.Where, Pointer: v.Pointer, Rule: v.Rule, Message: v.Message,
		Want: v.Want, Got: v.Got, Inferred: v.Inferred, Position: v.Position.String(),
	}
}

// listed writes no items as an empty array.
func listed[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
