package scenarios_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/scenarios"
)

// odd loads the contract whose names need care.
func odd(t *testing.T, operation string) (*scenarios.Catalog, *contract.Operation) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/odd.txtar")
	if err != nil {
		t.Fatal(err)
	}
	c, err := loadArchive(archive)
	if err != nil {
		t.Fatal(err)
	}
	return c, c.Contract().Operation(operation)
}

// play renders what names select for a sample request.
func play(t *testing.T, c *scenarios.Catalog, op *contract.Operation, names string) (*scenarios.Answer, string) {
	t.Helper()
	a, err := c.Select(op, names)
	if err != nil {
		t.Fatalf("%s: %v", names, err)
	}
	in := &fixtures.Inputs{Seed: 1, Operation: op.ID(), PathNames: []string{op.PathParameters()[0].Name}, PathValues: []string{"7"}}
	return a, string(a.Bind(in).Append(nil, requestID))
}

func TestNamesAreUnique(t *testing.T) {
	c, op := odd(t, "getTwins")
	seen := map[string]bool{}
	for _, s := range c.For(op) {
		if seen[s.Name] {
			t.Errorf("%s is there twice", s.Name)
		}
		seen[s.Name] = true
	}
	for name, want := range map[string]string{"200:/a.b=P": `"a.b":"P"`, "200:/a/b=P": `"b":"P"`, "tags.color=BLUE": "BLUE"} {
		if _, body := play(t, c, op, name); !strings.Contains(body, want) {
			t.Errorf("%s plays %s", name, body)
		}
	}
}

// An id must not be one that a client may ask for by chance.
func TestIDsAreUnlikely(t *testing.T) {
	for operation, want := range map[string]func(id string) bool{
		"getOp":    func(id string) bool { return strings.HasPrefix(id, "scenario-") },
		"getTwins": func(id string) bool { return len(id) == 10 },
		"getText":  func(id string) bool { return id == "" },
	} {
		c, op := odd(t, operation)
		seen := map[string]bool{}
		for _, s := range c.For(op) {
			if !want(s.ID) || (s.ID != "" && (seen[s.ID] || c.ByID(op, s.ID) != s)) {
				t.Errorf("%s %s has the id %q", operation, s.Name, s.ID)
			}
			seen[s.ID] = true
		}
	}
}

// A scenario that uses another adds to a copy.
func TestUseLeavesTheOtherAlone(t *testing.T) {
	c, op := odd(t, "getTwins")
	for name, want := range map[string]string{"first": "1", "second": "2"} {
		a, body := play(t, c, op, name)
		got := slices.DeleteFunc(slices.Clone(a.Headers), func(h scenarios.HeaderTemplate) bool { return h.Name != "X-A" })
		if len(got) != 1 || got[0].Static != want || !strings.Contains(body, `"n":`+want) {
			t.Errorf("%s: X-A is %v, body %s", name, got, body)
		}
	}
}

func TestOrderOfNamesDoesNotMatter(t *testing.T) {
	c, op := odd(t, "getTwins")
	for _, names := range [][2]string{
		{"minimal, tags.color=BLUE", "tags.color=BLUE,minimal"}, {"adds-x, adds-y", "adds-y, adds-x"}, {"200:/a/b=Q,200:/a.b=P", "200:/a.b=P , 200:/a/b=Q"},
	} {
		a, bodyA := play(t, c, op, names[0])
		b, bodyB := play(t, c, op, names[1])
		if a != b || bodyA != bodyB {
			t.Errorf("%s plays %s %s, %s plays %s %s", names[0], a.Scenario, bodyA, names[1], b.Scenario, bodyB)
		}
	}
	for _, names := range [][2]string{
		{"first, second", "second, first"}, {"adds-x, adds-y, adds-other-x", "adds-other-x, adds-x, adds-y"},
	} {
		_, one := c.Select(op, names[0])
		_, two := c.Select(op, names[1])
		if one == nil || two == nil || one.Error() != two.Error() {
			t.Errorf("%s: got %v and %v", names[0], one, two)
		}
	}
}

func TestShapesKeepWhatIsPromised(t *testing.T) {
	c, op := odd(t, "getTwins")
	for names, want := range map[string]string{
		"minimal":                      `{}`,
		"minimal, tags.color=BLUE":     `{"tags":[{"color":"BLUE"}]}`,
		"empty-lists, tags.color=BLUE": `{"tags":[{"color":"RED","size":"S"},{"color":"BLUE"}]}`,
	} {
		if _, body := play(t, c, op, names); body != want {
			t.Errorf("%s: %s", names, cmp.Diff(want, body))
		}
	}
	embeddedCatalog, process := embedded(t)
	if _, err := embeddedCatalog.Select(process, "failed-at-step-2, minimal"); err != nil {
		t.Error(err)
	}
	c, op = odd(t, "getOp")
	if _, body := play(t, c, op, "minimal"); !strings.Contains(body, "endTime") {
		t.Errorf("the lifecycle's own fields are gone: %s", body)
	}
}

// A boolean state is a boolean, before the end and after it.
func TestStatesAreTyped(t *testing.T) {
	c, op := odd(t, "getOp")
	a, err := c.Select(op, "done")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, frame := range a.Frames() {
		got = append(got, string(frame.Bind(&fixtures.Inputs{}).Append(nil, "")))
	}
	want := []string{
		`{"done":false,"metadata":{"createTime":"0001-01-01T00:00:00Z"}}`,
		`{"done":true,"metadata":{"createTime":"0001-01-01T00:00:00Z","endTime":"0001-01-01T00:00:10Z"}}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPatchWithoutABase(t *testing.T) {
	c, op := odd(t, "getTwins")
	a, body := play(t, c, op, "gateway")
	if a.Status != 503 || a.MediaType != "application/json" || body != `{"message":"down"}` {
		t.Errorf("got %d %s %s", a.Status, a.MediaType, body)
	}
}

func TestRequiredHeaderIsMadeUp(t *testing.T) {
	c, op := odd(t, "getTwins")
	a, _ := play(t, c, op, "response-200")
	if len(a.Headers) != 1 || a.Headers[0].Name != "X-Rate" {
		t.Errorf("got %v", a.Headers)
	}
}

func TestTextIsNotQuoted(t *testing.T) {
	c, op := odd(t, "getText")
	if a, body := play(t, c, op, "text"); body != "one\ntwo \"7\"\n" || a.MediaType != "text/plain" {
		t.Errorf("got %s %q", a.MediaType, body)
	}
}

func TestRangeRefuses(t *testing.T) {
	c, op := odd(t, "getTwins")
	for _, status := range []int{400, 401, 403} {
		a := c.Refusal(op, status)
		if a == nil || a.Status != status || !a.HasBody || a != c.Refusal(op, status) {
			t.Errorf("%d: got %v", status, a)
		}
	}
	if a := c.Refusal(op, 500); a != nil {
		t.Errorf("500 is not documented: got %v", a)
	}
}
