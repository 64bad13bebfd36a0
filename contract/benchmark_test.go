package contract_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/contract"
)

func BenchmarkLoadEmbedded(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := contract.Embedded(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoadLarge loads a document of 1,000 operations, which compile when they are asked for.
func BenchmarkLoadLarge(b *testing.B) {
	var lines []string
	for i := range 1000 {
		lines = append(lines, fmt.Sprintf("GET /things%d/{id}/parts/{part}", i))
	}
	files := fstest.MapFS{"contract.yaml": {Data: []byte(document("/v1", lines...))}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := contract.Load(files, "contract.yaml"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	c := load(b, document("/v1", "GET /repos/{owner}/{repo}/pulls/{number}/reviews/{id}", "GET /repos/{owner}/{repo}/compare/{base}...{head}",
		"GET /repos/{owner}/{repo}", "GET /zen", "GET /repos/{owner}/{repo}/pulls/{number}"))
	for _, path := range []string{"/v1/zen", "/v1/repos/o/r/pulls/3/reviews/9", "/v1/repos/o/r/compare/main...dev", "/v1/nothing"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Match(http.MethodGet, path)
			}
		})
	}
}

func BenchmarkJudgeParameters(b *testing.B) {
	c := pets(b)
	tests := map[string]struct {
		operation, target string
		values            []string
	}{
		"uuid in the path": {operation: "getPet", target: "/", values: []string{petID}},
		"wrong uuid":       {operation: "getPet", target: "/", values: []string{"7"}},
		"query and header": {operation: "listPets", target: "/?sort=name&empty=&limit=7"},
	}
	for name, test := range tests {
		b.Run(name, func(b *testing.B) {
			o := c.Operation(test.operation)
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, test.target, nil)
			r.Header.Set("X-Shop", "berlin")
			b.ReportAllocs()
			for b.Loop() {
				o.JudgeParameters(r, test.values)
			}
		})
	}
}

func BenchmarkCredentials(b *testing.B) {
	o := pets(b).Operation("getPet")
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/", nil)
	r.SetBasicAuth("demo", "demo")
	b.ReportAllocs()
	for b.Loop() {
		if _, violation := o.Credentials(r); violation != nil {
			b.Fatal(violation)
		}
	}
}

func BenchmarkJudgeResponse(b *testing.B) {
	c, err := contract.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	o := c.Operations()[0]
	body := `{"apiRequestId": "0d9a6f0e-5d1b-4a53-9f0c-6a1f2f6d7a10", "uuid": "` + petID + `", "status": "NOT_STARTED", "steps": [], "errors": [], "warnings": []}`
	x := exchange(http.MethodGet, "/manage/v2/asyncProcesses/"+petID, http.StatusOK, "application/json", body)
	b.ReportAllocs()
	for b.Loop() {
		o.JudgeResponse(b.Context(), x)
	}
}

// TestHotPathAllocations holds what the server spends on each request.
func TestHotPathAllocations(t *testing.T) {
	c := pets(t)
	o := c.Operation("getPet")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	values := []string{petID}
	if got := testing.AllocsPerRun(100, func() { o.JudgeParameters(r, values) }); got > 0 {
		t.Errorf("JudgeParameters: want no allocation, got %v", got)
	}
	if got := testing.AllocsPerRun(100, func() { c.Match(http.MethodGet, "/v1/pets/7") }); got > 1 {
		t.Errorf("Match: want at most 1 allocation, got %v", got)
	}
}
