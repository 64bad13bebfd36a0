package scenarios

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

var updateTimeline = flag.Bool("update-timeline", false, "rewrite the picture in docs/lifecycles.md")

// TestTimelineIsTrue compares the picture in the documentation with the plan of the default course.
func TestTimelineIsTrue(t *testing.T) {
	const page = "../docs/lifecycles.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	want := "```timeline\n" + timeline(t, catalog.worlds[0]) + "```"
	block := regexp.MustCompile("(?s)```timeline\n.*?```")
	if *updateTimeline {
		if err := os.WriteFile(page, block.ReplaceAllLiteral(text, []byte(want)), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := string(block.Find(text)); got != want {
		t.Errorf("docs/lifecycles.md shows\n%s\nwant (-update-timeline writes it)\n%s", got, want)
	}
}

// timeline draws the course that an operation plays by default: a line for the resource and one for each step.
func timeline(t *testing.T, w *world) string {
	t.Helper()
	a, err := w.derived().fallback()
	if err != nil {
		t.Fatal(err)
	}
	begins, phases := a.film.begins, a.film.plan.phases
	column := func(at time.Duration) int { return int(at * 5 / time.Second) }
	const margin = "                     "
	last := phases[len(phases)-1]
	var b strings.Builder
	b.WriteString(margin)
	for _, begin := range begins {
		b.WriteString(strings.Repeat(" ", len(margin)+column(begin)-b.Len()) + begin.String())
	}
	b.WriteByte('\n')
	line := func(name string, of func(p *phase) *standing) {
		var row strings.Builder
		for i := range phases[:len(phases)-1] {
			mark := "·"
			if s := of(&phases[i]); s.outcome != "" {
				mark = " "
			} else if s.started != none {
				mark = "━"
			}
			row.WriteString(strings.Repeat(mark, column(begins[i+1])-column(begins[i])))
		}
		fmt.Fprintf(&b, "%-*s%s● %s\n", len(margin), name, strings.TrimRight(row.String(), " "), of(&last).state)
	}
	line("the whole", func(p *phase) *standing { return &p.whole })
	items := w.fixtures.Named("create-dealer").Body.At(w.operation.Lifecycle().Steps.Items).Items()
	for i := range last.steps {
		key, _ := items[i].At("/name").LiteralValue()
		line(fmt.Sprintf("  %d %s", i+1, key), func(p *phase) *standing { return &p.steps[i] })
	}
	return b.String()
}
