package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/server"
)

// discard is a ResponseWriter whose header is fresh for each request, as net/http's is.
type discard struct {
	header http.Header
	bytes  int
}

func (d *discard) Header() http.Header {
	if d.header == nil {
		d.header = http.Header{}
	}
	return d.header
}

func (d *discard) Write(p []byte) (int, error) {
	d.bytes += len(p)
	return len(p), nil
}

func (d *discard) WriteHeader(int) {}

// bareGin is the yardstick: Gin with one route that writes the same bytes.
func bareGin(body []byte) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/manage/v2/asyncProcesses/:id", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", body) })
	return engine
}

func processRequest(tb testing.TB, target string, headers ...string) *http.Request {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodGet, target, http.NoBody)
	r.Header.Set("Authorization", demo)
	r.Header.Set("User-Agent", "bench")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func bench(b *testing.B, h http.Handler, requests ...*http.Request) {
	b.Helper()
	b.ReportAllocs()
	var w discard
	for i := 0; b.Loop(); i++ {
		w.header = nil
		h.ServeHTTP(&w, requests[i%len(requests)])
	}
	if w.bytes == 0 {
		b.Fatal("nothing was written")
	}
}

// manyRequests ask for as many processes.
func manyRequests(tb testing.TB, n int) []*http.Request {
	tb.Helper()
	many := make([]*http.Request, n)
	for i := range many {
		many[i] = processRequest(tb, fmt.Sprintf("/manage/v2/asyncProcesses/8d5f0f6e-2a55-4c80-9e0c-%012x", i))
	}
	return many
}

// The answers over time stand beside those of one moment: a lifecycle may cost half as much again.
func BenchmarkServeHTTP(b *testing.B) {
	static := newServer(b, catalog(b), server.WithScenario("response-200"))
	s := newServer(b, catalog(b))
	b.Run("one moment", func(b *testing.B) { bench(b, static, processRequest(b, process)) })
	b.Run("lifecycle", func(b *testing.B) { bench(b, s, processRequest(b, process)) })
	b.Run("lifecycle by poll, at its end", func(b *testing.B) {
		bench(b, s, processRequest(b, process, "X-Mock-Scenario", "error-on-the-way"))
	})
	b.Run("lifecycle with jitter", func(b *testing.B) {
		bench(b, s, processRequest(b, process, "X-Mock-Scenario", "slow-with-warnings"))
	})
	b.Run("lifecycle in a session", func(b *testing.B) { bench(b, s, processRequest(b, process, "X-Mock-Session", "mine")) })
	b.Run("one moment, 4096 ids", func(b *testing.B) { bench(b, static, manyRequests(b, 4096)...) })
	b.Run("lifecycle, 4096 ids", func(b *testing.B) { bench(b, s, manyRequests(b, 4096)...) })
	b.Run("forced", func(b *testing.B) { bench(b, s, processRequest(b, process, "X-Mock-Scenario", "status=FAILED")) })
	b.Run("composed", func(b *testing.B) {
		bench(b, s, processRequest(b, process, "X-Mock-Scenario", "failed-at-step-2, asyncTaskType=UPDATE_DEALER_PRODUCTS"))
	})
	b.Run("refused", func(b *testing.B) { bench(b, s, processRequest(b, process, "Authorization", "")) })
}

// 64 clients at once: each with a process of its own, and all with one.
func BenchmarkPolling(b *testing.B) {
	for _, ids := range []int{64, 1} {
		b.Run(fmt.Sprintf("64 clients, %d ids", ids), func(b *testing.B) {
			s := newServer(b, catalog(b))
			requests := manyRequests(b, ids)
			var client atomic.Int64
			b.SetParallelism(64 / runtime.GOMAXPROCS(0))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				r := requests[int(client.Add(1))%ids].Clone(b.Context())
				var w discard
				for pb.Next() {
					w.header = nil
					s.ServeHTTP(&w, r)
				}
			})
		})
	}
}

// A million processes under way: what one more costs, and what they keep.
func BenchmarkMillionResources(b *testing.B) {
	const million = 1_000_000
	s := newServer(b, catalog(b), server.WithMaxResources(2*million))
	before := heap()
	ask := func(from, to int) {
		var w discard
		r := processRequest(b, process)
		for i := from; i < to; i++ {
			r.URL.Path = fmt.Sprintf("/manage/v2/asyncProcesses/8d5f0f6e-2a55-4c80-9e0c-%012x", i)
			w.header = nil
			s.ServeHTTP(&w, r)
		}
	}
	const few = 10_000
	ask(-1, 0) // compiles the answer
	first := elapsed(func() { ask(0, few) })
	ask(few, million-few)
	last := elapsed(func() { ask(million-few, million) })
	grown := heap() - before
	b.Run("and then the first ones again", func(b *testing.B) {
		bench(b, s, manyRequests(b, few)...)
		b.ReportMetric(float64(first.Nanoseconds())/few, "ns/first")
		b.ReportMetric(float64(last.Nanoseconds())/few, "ns/last")
		b.ReportMetric(float64(grown)/1e6, "MB")
	})
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func elapsed(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}

func BenchmarkBareGin(b *testing.B) {
	body := get(b, newServer(b, catalog(b))).Body.Bytes()
	bench(b, bareGin(body), processRequest(b, process))
}

// Allocations are part of the contract with ourselves: at most twelve more than Gin alone, with everything on.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates, and empties pools at random")
	}
	s := newServer(t, catalog(t))
	measure := func(h http.Handler, r *http.Request) float64 {
		var w discard
		return testing.AllocsPerRun(500, func() {
			w.header = nil
			h.ServeHTTP(&w, r)
		})
	}
	bare := measure(bareGin(get(t, s).Body.Bytes()), processRequest(t, process))
	for name, r := range map[string]*http.Request{
		"lifecycle": processRequest(t, process),
		"moment":    processRequest(t, process, "X-Mock-Scenario", "response-200"),
		"forced":    processRequest(t, process, "X-Mock-Scenario", "status=FAILED"),
		"composed":  processRequest(t, process, "X-Mock-Scenario", "failed-at-step-2, asyncTaskType=UPDATE_DEALER_PRODUCTS"),
	} {
		if mock := measure(s, r); mock > bare+12 {
			t.Errorf("%s: want at most %v + 12 allocations, got %v", name, bare, mock)
		} else {
			t.Logf("%s: %v allocations, Gin alone %v", name, mock, bare)
		}
	}
}
