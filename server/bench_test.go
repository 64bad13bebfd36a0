package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
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

func BenchmarkServeHTTP(b *testing.B) {
	s := newServer(b, catalog(b))
	many := make([]*http.Request, 4096)
	for i := range many {
		many[i] = processRequest(b, fmt.Sprintf("/manage/v2/asyncProcesses/8d5f0f6e-2a55-4c80-9e0c-%012x", i))
	}
	b.Run("same id", func(b *testing.B) { bench(b, s, processRequest(b, process)) })
	b.Run("forced", func(b *testing.B) { bench(b, s, processRequest(b, process, "X-Mock-Scenario", "status=FAILED")) })
	b.Run("random ids", func(b *testing.B) { bench(b, s, many...) })
	b.Run("composed", func(b *testing.B) {
		bench(b, s, processRequest(b, process, "X-Mock-Scenario", "failed-at-step-2, asyncTaskType=UPDATE_DEALER_PRODUCTS"))
	})
	b.Run("refused", func(b *testing.B) { bench(b, s, processRequest(b, process, "Authorization", "")) })
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			var w discard
			r := processRequest(b, process)
			for pb.Next() {
				w.header = nil
				s.ServeHTTP(&w, r)
			}
		})
	})
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
		"default":  processRequest(t, process),
		"forced":   processRequest(t, process, "X-Mock-Scenario", "status=FAILED"),
		"composed": processRequest(t, process, "X-Mock-Scenario", "failed-at-step-2, asyncTaskType=UPDATE_DEALER_PRODUCTS"),
	} {
		if mock := measure(s, r); mock > bare+12 {
			t.Errorf("%s: want at most %v + 12 allocations, got %v", name, bare, mock)
		} else {
			t.Logf("%s: %v allocations, Gin alone %v", name, mock, bare)
		}
	}
}
