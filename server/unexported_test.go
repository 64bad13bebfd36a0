package server

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/scenarios"
)

func TestCountedCallsAreBounded(t *testing.T) {
	t.Parallel()
	c := newCalls()
	count := func(n int) bool { return n < 10 }
	ask := func(key string) (got int) {
		c.take(key, func(n int) bool {
			got = n
			return count(n)
		})
		return got
	}
	ask("first")
	for i := range 2 * maxCallKeys {
		ask(strconv.Itoa(i))
		if i%50 == 0 {
			ask("first") // kept: asked for all the time
		}
	}
	kept := 0
	for i := range c.shards {
		kept += len(c.shards[i].counts)
		if len(c.shards[i].counts) != c.shards[i].recent.Len() {
			t.Errorf("shard %d: %d counts, %d in order", i, len(c.shards[i].counts), c.shards[i].recent.Len())
		}
	}
	if kept > maxCallKeys || kept < maxCallKeys/2 {
		t.Errorf("want about %d, got %d", maxCallKeys, kept)
	}
	if got := ask("first"); got != 10 {
		t.Errorf("the busy one: want 10, got %d", got)
	}
	if got := ask("0"); got != 0 {
		t.Errorf("the forgotten one: want 0, got %d", got)
	}
	c.reset()
	if got := ask("first"); got != 0 {
		t.Errorf("after reset: want 0, got %d", got)
	}
}

func TestCallKeysDiffer(t *testing.T) {
	t.Parallel()
	keys := map[string]string{}
	for _, parts := range [][]string{{"a", "b", "c"}, {"a", "b", "c", ""}, {"a", "b", "c", "1:d"}, {"a", "b", "c", "1", "d"}, {"ab", "", "c"}, {"", "ab", "c"}} {
		key := callKey(parts[0], parts[1], parts[2], parts[3:])
		if other, taken := keys[key]; taken {
			t.Errorf("%q and %s share %q", parts, other, key)
		}
		keys[key] = fmt.Sprint(parts)
	}
}

// A path value may be a megabyte, and a hundred thousand keys are kept.
func TestCallKeysAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	one, two := callKey("", "s", "o", []string{long}), callKey("", "s", "o", []string{long + "y"})
	if len(one) > maxCallKey || len(two) > maxCallKey || one == two {
		t.Errorf("got keys of %d and %d bytes", len(one), len(two))
	}
}

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
