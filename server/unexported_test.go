package server

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/scenarios"
)

func TestCut(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text  string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"longer", 5, "longe…"},
		{"aéé", 2, "a…"},
		{"\xff", 5, "\uFFFD"},
		{"\xff\xff\xff\xff\xff\xff\xff", 5, "\uFFFD…"},
		{strings.Repeat("\x80", 9), 5, "\uFFFD…"},
		{"", 0, ""},
	} {
		if got := cut(tc.text, tc.limit); got != tc.want || !utf8.ValidString(got) {
			t.Errorf("cut(%q, %d): want %q, got %q", tc.text, tc.limit, tc.want, got)
		}
	}
}

func TestHeaderText(t *testing.T) {
	t.Parallel()
	if got := quotedText("a\"b\\c\r\né"); got != `a\"b\\c???` {
		t.Errorf("got %q", got)
	}
	if got := printable("a\r\nX-Evil: 1\x7f\tb"); got != "a  X-Evil: 1 \tb" {
		t.Errorf("got %q", got)
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		id := newRequestID()
		if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' || id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) {
			t.Fatalf("no UUID of version 4: %q", id)
		}
		if seen[id] {
			t.Fatalf("%q twice", id)
		}
		seen[id] = true
	}
}

func TestUnplayableAnswers(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]*scenarios.Answer{
		"informational": {Status: 101},
		"no status":     {},
		"length":        {Status: 200, Headers: []scenarios.HeaderTemplate{{Name: "content-length", Static: "5"}}},
		"mock header":   {Status: 200, Headers: []scenarios.HeaderTemplate{{Name: "X-Mock-Error", Static: "x"}}},
	} {
		if _, err := newPlay(answer, name, nil); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
	own := &scenarios.Answer{Status: 401, Headers: []scenarios.HeaderTemplate{{Name: "WWW-Authenticate", Static: "Own"}}}
	p, err := newPlay(own, "own", []string{"Basic"})
	if err != nil || len(p.templates) != 1 || p.templates[0].values[0] != "Own" {
		t.Errorf("want the answer's own challenge, got %v %v", p, err)
	}
}

func TestPlaysAreBounded(t *testing.T) {
	t.Parallel()
	o := &operation{}
	o.plays.Store(&map[string]*play{})
	for i := range 3 * maxPlays {
		o.remember(strconv.Itoa(i), &play{})
		if got := len(*o.plays.Load()); got > maxPlays {
			t.Fatalf("want at most %d, got %d", maxPlays, got)
		}
	}
}
