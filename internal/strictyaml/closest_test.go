package strictyaml_test

import (
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

func TestClosest(t *testing.T) {
	t.Parallel()
	names := []string{"status", "response-500", "response-503", "Status", "body", "firstname", "é", "reserveItems", ""}
	tests := []struct{ want, closest string }{
		{"respnse-500", "response-500"},
		{"response-50", "response-500"},
		{"fristname", "firstname"},
		{"STATUS", "Status"},
		{"Statsu", "Status"},
		{"statsu", "status"},
		{"boddy", "body"},
		{"e", "é"},
		{"reserveItem", "reserveItems"},
		{"reserve", ""},
		{"xyz", ""},
		{"", ""},
		{strings.Repeat("a", 1<<20), ""},
	}
	for _, test := range tests {
		if got := strictyaml.Closest(test.want, names); got != test.closest {
			t.Errorf("%.20q: got %q, want %q", test.want, got, test.closest)
		}
	}
	if got := strictyaml.Closest("ab", []string{strings.Repeat("b", 1<<20), "ba"}); got != "ba" {
		t.Errorf("got %q, want ba: two swapped letters are one step", got)
	}
	if got := strictyaml.Closest("colour", []string{"colourz", "coloura"}); got != "coloura" {
		t.Errorf("got %q, want the first in sort order", got)
	}
}

func TestClosestHint(t *testing.T) {
	t.Parallel()
	many := strings.Split("a b c d e f g h i", " ")
	tests := []struct {
		want  string
		names []string
		hint  string
	}{
		{"boddy", []string{"status", "body"}, `closest is "body"`},
		{"nothing", []string{"status", "body"}, "there are: body, status"},
		{"nothing", nil, ""},
		{"nothing", many, ""},
		{"nothing", many[:8], "there are: a, b, c, d, e, f, g, h"},
	}
	for _, test := range tests {
		if got := strictyaml.ClosestHint(test.want, test.names); got != test.hint {
			t.Errorf("%q in %q: got %q, want %q", test.want, test.names, got, test.hint)
		}
	}
}
