package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var pets = []string{"--contract", "testdata/pets/openapi.yaml", "--fixtures", "testdata/pets/fixtures"}

func TestScenariosTable(t *testing.T) {
	got := play(t, nil, append([]string{"scenarios"}, pets...)...)
	if got.Code != 0 || got.Stderr != "" {
		t.Fatalf("got %+v", got)
	}
	// Which id a scenario has is tested where ids are made.
	uuid := regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	golden(t, "pets/scenarios.txt", uuid.ReplaceAllString(got.Stdout, strings.Repeat("u", 36)))
}

func TestScenariosNames(t *testing.T) {
	all := play(t, nil, append([]string{"scenarios", "--format", "names"}, pets...)...)
	lines := strings.Split(strings.TrimSpace(all.Stdout), "\n")
	if sorted := slices.Sorted(slices.Values(lines)); len(slices.Compact(sorted)) != len(lines) || !slices.Contains(lines, "kind=dog") || !slices.Contains(lines, "response-204") {
		t.Errorf("want each name once, got %q", lines)
	}
	one := play(t, nil, append([]string{"scenarios", "--format", "names", "--operation", "deletePet"}, pets...)...)
	if want := "response-204\n"; !strings.HasPrefix(one.Stdout, want) || strings.Contains(one.Stdout, "kind") {
		t.Errorf("of one operation: want %q first, got %q", want, one.Stdout)
	}
}

func TestScenariosJSON(t *testing.T) {
	got := play(t, nil, append([]string{"scenarios", "--format", "json", "--operation", "getPet"}, pets...)...)
	var list []map[string]any
	if err := json.Unmarshal([]byte(got.Stdout), &list); err != nil {
		t.Fatalf("%v: %s", err, got.Stdout)
	}
	i := slices.IndexFunc(list, func(row map[string]any) bool { return row["name"] == "rex" })
	if i < 0 {
		t.Fatalf("want rex, got %v", list)
	}
	delete(list[i], "id") // its own test is in scenarios
	want := map[string]any{"name": "rex", "operation": "getPet", "family": "fixture", "status": 200.0, "summary": "A dog"}
	if diff := cmp.Diff(want, list[i]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every name that is listed can be played.
func TestScenariosPlay(t *testing.T) {
	s := startServe(t, nil)
	listed := play(t, nil, "scenarios", "--format", "json")
	var list []row
	if err := json.Unmarshal([]byte(listed.Stdout), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) < 20 {
		t.Fatalf("want many scenarios, got %d", len(list))
	}
	for _, scenario := range list {
		got := ask(t, s.origin+process, "X-Mock-Scenario", scenario.Name)
		if got.status != scenario.Status || got.header.Get("X-Mock-Scenario") != scenario.Name {
			t.Errorf("%s: want %d, got %d %s", scenario.Name, scenario.Status, got.status, got.body)
		}
	}
}

func TestStyle(t *testing.T) {
	plain, coloured := style{}, style{colour: true, width: 5}
	if got := plain.bold("a") + plain.fit("123456"); got != "a123456" {
		t.Errorf("plain: got %q", got)
	}
	if got := coloured.bold("a") + coloured.dim("") + coloured.fit("123456") + coloured.fit("äöüäö"); got != "\x1b[1ma\x1b[0m1234…äöüäö" {
		t.Errorf("coloured: got %q", got)
	}
}

func TestCompletion(t *testing.T) {
	for shell, want := range map[string]string{
		"bash": "__start_understudy", "zsh": "#compdef understudy", "fish": "complete -c understudy", "powershell": "Register-ArgumentCompleter",
	} {
		if got := play(t, nil, "completion", shell); got.Code != 0 || !strings.Contains(got.Stdout, want) {
			t.Errorf("%s: want %q, got %+v", shell, want, got)
		}
	}
	tests := map[string][]string{
		"ser":                                  {"serve"},
		"serve --auth ":                        {"on", "off"},
		"serve --scenario failed-at-step-":     {"failed-at-step-1", "failed-at-step-5"},
		"scenarios --operation ":               {"getAsyncProcess"},
		"scenarios --format ":                  {"table", "json", "names"},
		"completion ":                          {"bash", "zsh", "fish", "powershell"},
		"help ver":                             {"verify", "version"},
		"validate ":                            {":16"}, // folders only
		"serve --fixtures ":                    {":16"},
		"serve --contract missing --scenario ": {":1"}, // an error
	}
	for line, want := range tests {
		// The shell asks in the middle of a line, whatever the environment holds.
		words := strings.Split(line, " ")
		got := play(t, []string{"UNDERSTUDY_ADR=x"}, append([]string{"__complete"}, words...)...)
		for _, word := range want {
			if !slices.ContainsFunc(strings.Split(got.Stdout, "\n"), func(l string) bool { return l == word || strings.HasPrefix(l, word+"\t") }) {
				t.Errorf("%q: want %s, got %q %q", line, word, got.Stdout, got.Stderr)
			}
		}
	}
}
