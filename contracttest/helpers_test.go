package contracttest_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/contracttest"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/scenarios"
	"github.com/understudy-dev/understudy/server"
)

// ours is our own server: the provider that is right.
func ours(tb testing.TB, c *scenarios.Catalog) http.Handler {
	tb.Helper()
	if c == nil {
		c = embedded(tb)
	}
	s, err := server.New(c)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// loadEmbedded loads the catalog once: it never changes.
var loadEmbedded = sync.OnceValues(scenarios.Embedded)

func embedded(tb testing.TB) *scenarios.Catalog {
	tb.Helper()
	c, err := loadEmbedded()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// catalog derives the scenarios of a contract without fixtures.
func catalog(tb testing.TB, text string) *scenarios.Catalog {
	tb.Helper()
	c, err := contract.Load(fstest.MapFS{"api.yaml": {Data: []byte(text)}}, "api.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	sc, err := scenarios.Load(nil, c, &fixtures.Set{})
	if err != nil {
		tb.Fatal(err)
	}
	return sc
}

// run verifies against the shared catalog unless p has another one: to load it takes longer than most runs.
func run(tb testing.TB, p contracttest.Params) *contracttest.Report {
	tb.Helper()
	if p.Scenarios == nil {
		p.Scenarios = embedded(tb)
	}
	r, err := contracttest.Run(tb.Context(), p)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func text(tb testing.TB, r *contracttest.Report) string {
	tb.Helper()
	var b strings.Builder
	if err := r.WriteText(&b, false); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// log keeps what handlers saw.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

// take returns what was kept, and forgets it.
func (l *log) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	l.lines = nil
	return lines
}

// find returns the case of that name.
func find(tb testing.TB, r *contracttest.Report, name string) *contracttest.Case {
	tb.Helper()
	for i := range r.Cases {
		if r.Cases[i].Scenario == name {
			return &r.Cases[i]
		}
	}
	tb.Fatalf("no case %q", name)
	return nil
}

// count counts the cases with this outcome.
func count(r *contracttest.Report, outcome contracttest.Outcome) int {
	n := 0
	for i := range r.Cases {
		if r.Cases[i].Outcome == outcome {
			n++
		}
	}
	return n
}
