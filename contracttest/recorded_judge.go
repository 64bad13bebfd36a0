package contracttest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/scenarios"
)

// RecordedParams says against what recorded traffic is judged. All may be left zero.
type RecordedParams struct {
	// Scenarios is the catalog whose contract judges; nil means the embedded one.
	Scenarios *scenarios.Catalog
	// Target is the provider's URL: traffic with other servers is left out, and a path replaces the contract's base path. Empty: every
	// server counts, and the base path is kept.
	Target string
	// Strict makes a broken should fail the run.
	Strict bool
}

// RecordedCounts says what became of the entries of a recording.
type RecordedCounts struct {
	Entries    int `json:"entries"`
	Judged     int `json:"judged"`
	NoBody     int `json:"noBody"`     // of those judged, the body was not recorded
	Foreign    int `json:"foreign"`    // belong to another server, path or method
	Unanswered int `json:"unanswered"` // have no answer
	Cached     int `json:"cached"`     // were answered by the client's own cache
}

// String sums up, in one line; what there is none of is left out.
func (c *RecordedCounts) String() string {
	parts := []string{fmt.Sprintf("%d judged", c.Judged)}
	for _, one := range []struct {
		n    int
		what string
	}{
		{c.NoBody, "of them without a body"},
		{c.Foreign, "belong to something else"},
		{c.Unanswered, "have no answer"},
		{c.Cached, "were answered by the client's cache"},
	} {
		if one.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", one.n, one.what))
		}
	}
	return fmt.Sprintf("%d recorded entries: %s", c.Entries, strings.Join(parts, ", "))
}

// held says in a verdict what held.
func (r *Report) held() string {
	if r.Recorded != nil {
		return fmt.Sprintf("%d recorded exchanges hold", r.Recorded.Judged)
	}
	return fmt.Sprintf("%d scenarios and %d probes hold", r.reached(), r.probed())
}

// nothing says in a verdict that nothing was judged.
func (r *Report) nothing() string {
	if r.Recorded != nil {
		return "nothing that was recorded belongs to the contract"
	}
	return "no scenario was reached"
}

// Judge judges recorded traffic; no request is made. Each exchange of an operation of the contract is a case of KindRecorded with the
// checks that need no expectation. What the contract refuses and the provider answered with 2xx breaks a should, where the contract
// documents the refusal; credentials count only in a recording that has some, because many writers leave them out. Two and more answers
// about one resource that moves are one more case, judged in the order of time; answers that came while another was under way have no
// order, and stay out of it. The error is for parameters that make no sense. When ctx ends, the cases not yet judged are setup errors.
func Judge(ctx context.Context, r *Recording, p RecordedParams) (*Report, error) {
	j, err := newRecordedJudge(r, &p) //nolint:contextcheck // loading is from memory, and bounded
	if err != nil {
		return nil, fmt.Errorf("judge recording: %w", err)
	}
	var cases []Case
	for _, one := range j.matched {
		cases = append(cases, j.one(ctx, one))
	}
	for _, history := range histories(j.matched) {
		cases = append(cases, j.over(ctx, history))
	}
	report := j.engine.report(cases)
	report.Target, report.Recorded = r.name, &j.counts
	return report, nil
}

// recordedJudge is one judgement of a recording.
type recordedJudge struct {
	engine      *engine // for its catalog alone: nothing is sent
	matched     []*matched
	counts      RecordedCounts
	discretion  discretion
	credentials bool // the recording has some
}

// matched is an entry that belongs to an operation.
type matched struct {
	*recorded
	operation *contract.Operation
	values    []string
	path      string // below the base path, escaped
}

func newRecordedJudge(r *Recording, p *RecordedParams) (*recordedJudge, error) {
	if r == nil {
		return nil, errors.New("there is no recording")
	}
	params := Params{Scenarios: p.Scenarios, Target: p.Target, Strict: p.Strict}
	catalog, err := catalogOf(&params)
	if err != nil {
		return nil, err
	}
	c := catalog.Contract()
	server := &url.URL{Path: c.BasePath()}
	if p.Target != "" {
		if server, err = params.target(c.BasePath()); err != nil {
			return nil, err
		}
	}
	var problems []error
	for _, o := range c.Operations() {
		_, err := o.Rules()
		problems = append(problems, err)
	}
	j := &recordedJudge{engine: &engine{params: params, catalog: catalog, base: server}, discretion: newDiscretion(c)}
	j.sort(r)
	return j, errors.Join(problems...)
}

// sort tells the entries that belong to the contract from the others, and counts them.
func (j *recordedJudge) sort(r *Recording) {
	j.counts.Entries = len(r.entries)
	for _, one := range r.entries {
		m, ok := j.match(one)
		switch {
		case !ok:
			j.counts.Foreign++
		case one.aside == unanswered:
			j.counts.Unanswered++
		case one.aside == cached || fromCache(m):
			j.counts.Cached++
		default:
			j.counts.Judged++
			if one.noBody {
				j.counts.NoBody++
			}
			j.matched = append(j.matched, m)
			j.credentials = j.credentials || j.discretion.carries(one.exchange)
		}
	}
}

// match finds the operation of an entry.
func (j *recordedJudge) match(one *recorded) (*matched, bool) {
	base, x := j.engine.base, one.exchange
	if one.aside == foreign || (base.Host != "" && origin(base) != origin(x.URL)) {
		return nil, false
	}
	path, ok := strings.CutPrefix(x.URL.EscapedPath(), base.EscapedPath())
	if !ok {
		return nil, false
	}
	found, _ := j.engine.catalog.Contract().Match(x.Method, j.engine.catalog.Contract().BasePath()+path)
	return &matched{recorded: one, operation: found.Operation, values: found.Values, path: path}, found.Operation != nil
}

// origin is scheme, host and port in one spelling.
func origin(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// fromCache says whether a conditional request was told that what the client has is still right (RFC 9110 section 15.4.5). Few
// contracts speak of that.
func fromCache(m *matched) bool {
	x := m.exchange
	conditional := x.RequestHeader.Get("If-None-Match") != "" || x.RequestHeader.Get("If-Modified-Since") != ""
	return x.Status == http.StatusNotModified && conditional && m.operation.Response(x.Status) == nil
}
