package contract_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/understudy-dev/understudy/contract"
)

const hostileHead = "openapi: 3.1.0\ninfo: {title: T, version: \"1\"}\n"

// TestHostileSizes refuses documents in which something is far too many; the first line of the error says what.
func TestHostileSizes(t *testing.T) {
	repeat := func(count int, format string) string {
		var text strings.Builder
		for i := range count {
			fmt.Fprintf(&text, format, i)
		}
		return text.String()
	}
	ok := `{description: OK}`
	tests := map[string]struct{ text, want string }{
		"chain of references": {
			text: "paths: {/a: {get: {responses: {'200': {$ref: '#/components/responses/R0'}}}}}\ncomponents:\n  responses:\n" +
				chain(40, "    R%d: {$ref: '#/components/responses/R%d'}\n") + "    R40: {description: OK}\n",
			want: `contract.yaml:3:46: $ref "#/components/responses/R0" leads in a circle`,
		},
		"missing references among many names": {
			text: "paths:\n" + repeat(6000, "  /a%d: {$ref: '#/components/pathItems/X'}\n") + "components:\n  pathItems:\n" + repeat(6000, "    P%d: {}\n"),
			want: `contract.yaml:4:15: $ref "#/components/pathItems/X" leads nowhere`,
		},
		"unknown keys": {
			text: repeat(20_000, "pathz%d: {}\n") + "paths: {}\n",
			want: `contract.yaml:3:1: contract: unknown key "pathz0"; closest is "paths"`,
		},
		"parameters": {
			text: "paths: {/a: {get: {responses: {'200': " + ok + "}, parameters: [\n" + repeat(5000, "  {name: p%d, in: query, schema: {}},\n") + "]}}}\n",
			want: `contract.yaml:504:3: operation "GET /a": more than 500 parameters`,
		},
		"path": {
			text: "paths:\n  ? " + strings.Repeat("/{a}", 20_000) + "\n  : {get: {responses: {'200': " + ok + "}}}\n",
			want: `contract.yaml:4:5: path "/{a}`,
		},
		"operations": {
			text: `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"additionalOperations": {` +
				repeat(50_001, "\n\"M%d\": {\"responses\": {\"200\": {}}},") + "\n\"M\": {\"responses\": {\"200\": {}}}}}}}",
			want: `contract.yaml:50002:1: operation "M50000 /a": the contract has more than 50000 operations`,
		},
		"states": {
			text: "paths: {/a: {get: {responses: {'200': {description: OK, content: {application/json: {schema: {properties: {s: {type: string}}}}}}},\n" +
				"  x-lifecycle: {state: /s, outcomes: {success: S1}, transitions: {S: [" + repeat(5000, "\nS%d, ") + "]}}}}}\n",
			want: `contract.yaml:1005:1: lifecycle of "GET /a": more than 1000 states or 10000 moves`,
		},
		"moves": {
			text: "paths: {/a: {get: {responses: {'200': {description: OK, content: {application/json: {schema: {properties: {s: {type: string}}}}}}},\n" +
				"  x-lifecycle: {state: /s, outcomes: {success: S1}, transitions: {" +
				movesOf(100, 101) + "}}}}}\n",
			want: `contract.yaml:104:11: lifecycle of "GET /a": more than 1000 states or 10000 moves`,
		},
		"constants": {
			text: "paths: {/a: {get: {responses: {'200': {description: OK, content: {application/json: {schema: {properties: {s: {type: string}, m: {additionalProperties: true}}}}}}},\n" +
				"  x-lifecycle: {state: /s, outcomes: {success: B}, transitions: {A: [B]}, constant: [" + repeat(20_000, "\n/m/%d,") + "]}}}}\n",
			want: `contract.yaml:1005:1: lifecycle of "GET /a": more than 1000 places`,
		},
		"rules": {
			text: "paths: {/a: {get: {responses: {'200': " + ok + "}, x-validations: [\n" + repeat(5000, "  {id: r%d, rule: self.a, message: m},\n") + "]}}}\n",
			want: `contract.yaml:2004:3: operation "GET /a": more than 2000 rules`,
		},
		"values in one file": {
			text: "x-many: [\n" + strings.Repeat(strings.Repeat("1,", 1000)+"\n", 2_100) + "]\npaths: {}\n",
			want: `contract.yaml:2003:`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			text := test.text
			if text[0] != '{' {
				text = hostileHead + text
			}
			got := refusal(t, func() error {
				_, err := contract.Load(fstest.MapFS{"contract.yaml": {Data: []byte(text)}}, "contract.yaml")
				return err
			})
			first, _, _ := strings.Cut(got, "\n")
			if !strings.HasPrefix(first, test.want) {
				t.Errorf("want %s\ngot  %.300s", test.want, first)
			}
			if lines := strings.Count(got, "\n"); lines > 1100 {
				t.Errorf("%d lines, which nobody reads", lines)
			}
		})
	}
}

// chain formats each of count numbers with the one after it.
func chain(count int, format string) string {
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, format, i, i+1)
	}
	return text.String()
}

// TestManyFiles has files of aliases that are small each, and too large together.
func TestManyFiles(t *testing.T) {
	files := fstest.MapFS{}
	var paths strings.Builder
	for i := range 10 {
		name := fmt.Sprintf("part%d.yaml", i)
		fmt.Fprintf(&paths, "  /a%d: {$ref: %s}\n", i, name)
		row := strings.Repeat("x, ", 1000)
		files[name] = &fstest.MapFile{Data: []byte("x-row: &row [" + row + "]\nx-rows: [" + strings.Repeat("*row, ", 1000) + "]\nget: {responses: {'200': {description: OK}}}\n")}
	}
	files["contract.yaml"] = &fstest.MapFile{Data: []byte(hostileHead + "paths:\n" + paths.String())}
	got := refusal(t, func() error {
		_, err := contract.Load(files, "contract.yaml")
		return err
	})
	if !strings.Contains(got, "values") && !strings.Contains(got, "too large together") {
		t.Errorf("got %.300s", got)
	}
}

// TestSharedParts has a few hundred operations that refer to one large response under every status.
func TestSharedParts(t *testing.T) {
	var text strings.Builder
	text.WriteString(hostileHead + "x-all: &all {")
	for status := 100; status < 600; status++ {
		fmt.Fprintf(&text, "'%d': {$ref: '#/components/responses/R'}, ", status)
	}
	text.WriteString("}\npaths:\n")
	for i := range 200 {
		fmt.Fprintf(&text, "  /a%d: {get: {responses: *all}}\n", i)
	}
	text.WriteString("components: {responses: {R: {description: OK, content: {\n")
	for i := range 2000 {
		fmt.Fprintf(&text, "  application/a%d+json: {schema: {type: object, properties: {p: {type: strin}}}},\n", i)
	}
	text.WriteString("}}}}\n")
	got := refusal(t, func() error {
		_, err := contract.Load(fstest.MapFS{"contract.yaml": {Data: []byte(text.String())}}, "contract.yaml")
		return err
	})
	if !strings.HasPrefix(got, `contract.yaml:206:71: schema: type "strin" does not exist; closest is "string"`) {
		t.Errorf("got %.300s", got)
	}
}

// movesOf has count states that lead to the first others each.
func movesOf(count, others int) string {
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, "\nS%d: [", i)
		for k := range others {
			fmt.Fprintf(&text, "S%d, ", k)
		}
		text.WriteString("],")
	}
	return text.String()
}
