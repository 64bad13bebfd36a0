package contract_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/contract"
)

func pets(tb testing.TB) *contract.Contract {
	tb.Helper()
	c, err := contract.Load(os.DirFS("testdata"), "pets.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func load(tb testing.TB, text string) *contract.Contract {
	tb.Helper()
	c, err := contract.Load(fstest.MapFS{"contract.yaml": {Data: []byte(text)}}, "contract.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestContract(t *testing.T) {
	c := pets(t)
	if c.Title() != "Pets" || c.Version() != "1.2" || c.BasePath() != "/v1" {
		t.Errorf("got title %q, version %q, base path %q", c.Title(), c.Version(), c.BasePath())
	}
	var got []string
	for _, o := range c.Operations() {
		got = append(got, fmt.Sprintf("%s %s %s %q %v %v", o.ID(), o.Method(), o.Path(), o.Summary(), o.Protected(), o.Position()))
	}
	want := []string{
		`listPets GET /v1/pets "" false pets.yaml:11:5`,
		`addPet POST /v1/pets "" true pets.yaml:32:5`,
		`GET /pets/mine GET /v1/pets/mine "" false pets.yaml:91:5`,
		`getPet GET /v1/pets/{petId} "One pet" true pets.yaml:50:5`,
		`feedPet POST /v1/pets/{petId}:feed "" true pets.yaml:84:5`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	if c.Operation("getCat") != nil || c.Operation("getPet") == nil || c.Operation("GET /pets/mine") == nil {
		t.Error("operations are found by their ID, and only those that are there")
	}
}

func TestResponses(t *testing.T) {
	c := pets(t)
	responses := c.Operation("addPet").Responses()
	var got []string
	for _, r := range responses {
		got = append(got, fmt.Sprintf("%s %d %s %d", r.Status, r.Code, r.Description, len(r.Content)))
	}
	want := []string{"201 201 Created 0", "202 202 Accepted 2", "4XX 400 Wrong 1", "default 0 Anything else 0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("responses (-want +got):\n%s", diff)
	}
	for status, want := range map[int]string{201: "201", 418: "4XX", 500: "default"} {
		if got := c.Operation("addPet").Response(status).Status; got != want {
			t.Errorf("response to %d: want %s, got %s", status, want, got)
		}
	}
	if got := c.Operation("getPet").Response(500); got != nil {
		t.Errorf("want no response for an undocumented status, got %s", got.Status)
	}
	var examples []string
	for _, example := range c.Operation("getPet").Response(200).Content[0].Examples {
		examples = append(examples, fmt.Sprintf("%q %q %s", example.Name, example.Summary, example.Value.Field("kind").Text()))
	}
	if diff := cmp.Diff([]string{`"tom" "A cat" cat`, `"" "" dog`}, examples); diff != "" {
		t.Errorf("examples (-want +got):\n%s", diff)
	}
}

func TestParameters(t *testing.T) {
	o := pets(t).Operation("getPet")
	if got := o.PathParameters(); len(got) != 1 || got[0].Schema.Format() != "uuid" {
		t.Errorf("the operation's own parameter replaces the path item's, got %v", got)
	}
}

func TestDigest(t *testing.T) {
	files := fstest.MapFS{
		"contract.yaml": {Data: []byte("openapi: 3.1.0\ninfo: {title: T, version: \"1\"}\npaths:\n  /a: {$ref: a.yaml}\n")},
		"a.yaml":        {Data: []byte("get: {responses: {\"200\": {$ref: \"b/b.yaml#/ok\"}}}\n")},
		"b/b.yaml":      {Data: []byte("ok: {description: OK, content: {application/json: {schema: {$ref: \"../c.json\"}}}}\n")},
		"c.json":        {Data: []byte(`{"type": "string"}`)},
		"unused.yaml":   {Data: []byte("a: 1\n")},
	}
	digest := func() string {
		c, err := contract.Load(files, "contract.yaml")
		if err != nil {
			t.Fatal(err)
		}
		return c.Digest()
	}
	first := digest()
	if !strings.HasPrefix(first, "sha256:") || len(first) != len("sha256:")+64 {
		t.Errorf("digest %q is no SHA-256", first)
	}
	if again := digest(); again != first {
		t.Errorf("the digest changed from %s to %s", first, again)
	}
	files["unused.yaml"] = &fstest.MapFile{Data: []byte("a: 2\n")}
	if again := digest(); again != first {
		t.Error("a file that nothing refers to changes the digest")
	}
	files["c.json"] = &fstest.MapFile{Data: []byte(`{"type": "number"}`)}
	if again := digest(); again == first {
		t.Error("a file that is referred to does not change the digest")
	}
}

// TestNothingIsReadLater takes the files away after Load: whatever is compiled then comes from memory.
func TestNothingIsReadLater(t *testing.T) {
	var paths strings.Builder
	for i := range 201 { // more than Load compiles at once
		fmt.Fprintf(&paths, "  /a%d: {get: {operationId: a%d, responses: {\"200\": {$ref: \"parts.yaml#/ok\"}}}}\n", i, i)
	}
	files := fstest.MapFS{
		"contract.yaml": {Data: []byte("openapi: 3.1.0\ninfo: {title: T, version: \"1\"}\npaths:\n" + paths.String())},
		"parts.yaml":    {Data: []byte("ok: {description: OK, content: {application/json: {schema: {$ref: schema.yaml}}}}\n")},
		"schema.yaml":   {Data: []byte("type: string\n")},
	}
	c, err := contract.Load(files, "contract.yaml")
	if err != nil {
		t.Fatal(err)
	}
	clear(files)
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	if got := c.Operation("a7").Response(200).Content[0].Schema.Types(); !cmp.Equal(got, []string{"string"}) {
		t.Errorf("want type string, got %v", got)
	}
}

// TestLargeContractIsLazy has faults that a small contract is refused for; a large one says so where they matter.
func TestLargeContractIsLazy(t *testing.T) {
	var paths strings.Builder
	for i := range 201 {
		fmt.Fprintf(&paths, "  /a%d: {get: {operationId: a%d, responses: {\"200\": {description: OK}}}}\n", i, i)
	}
	paths.WriteString(`  /b:
    get:
      operationId: b
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {type: strin}}}
`)
	c := load(t, "openapi: 3.1.0\ninfo: {title: T, version: \"1\"}\npaths:\n"+paths.String())
	const fault = `contract.yaml:211:55: schema: type "strin" does not exist; closest is "string"`
	if err := c.Check(); err == nil || err.Error() != fault {
		t.Errorf("Check: want %s, got %v", fault, err)
	}
	got := c.Operation("b").JudgeResponse(t.Context(), exchange("GET", "/b", 200, "application/json", `"x"`))
	if len(got.Violations) != 1 || got.Violations[0].Rule != "contract" || got.Violations[0].Got != fault {
		t.Errorf("want one violation of rule contract, got %v", got.Violations)
	}
}

func TestEmbedded(t *testing.T) {
	c, err := contract.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range c.Operations() {
		for _, response := range o.Responses() {
			for _, media := range response.Content {
				for _, example := range media.Examples {
					problems, err := media.Schema.Validate(example.Value.Value())
					if err != nil || len(problems) > 0 {
						t.Errorf("%s %s: example %q: %v %v", o.ID(), response.Status, example.Name, problems, err)
					}
				}
			}
		}
	}
}
