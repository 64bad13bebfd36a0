package contracttest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
)

// counted changes the body of the nth poll of each session, from 1.
func counted(right http.Handler, edit func(poll int, body map[string]any)) http.Handler {
	var mu sync.Mutex
	polls := map[string]int{}
	return spoilt(right, func(r *http.Request, a *answer) {
		session := r.Header.Get("X-Mock-Session")
		var body map[string]any
		if session == "" || json.Unmarshal(a.body, &body) != nil {
			return
		}
		mu.Lock()
		polls[session]++
		poll := polls[session]
		mu.Unlock()
		edit(poll, body)
		a.body, _ = json.Marshal(body)
	})
}

// from changes bodies that are in one of these states, from so many polls of them on.
func from(right http.Handler, nth int, states []string, edit func(body map[string]any)) http.Handler {
	var mu sync.Mutex
	seen := map[string]int{}
	return spoilt(right, func(r *http.Request, a *answer) {
		session := r.Header.Get("X-Mock-Session")
		var body map[string]any
		if session == "" || json.Unmarshal(a.body, &body) != nil || !slices.Contains(states, fmt.Sprint(at(body, "status"))) {
			return
		}
		mu.Lock()
		seen[session]++
		n := seen[session]
		mu.Unlock()
		if n >= nth {
			edit(body)
			a.body, _ = json.Marshal(body)
		}
	})
}

func at(value any, path ...any) any {
	for _, token := range path {
		switch within := value.(type) {
		case map[string]any:
			value = within[token.(string)]
		case []any:
			if i := token.(int); i < len(within) {
				value = within[i]
			} else {
				return nil
			}
		default:
			return nil
		}
	}
	return value
}

// step is one of the steps of a process.
func step(body map[string]any, i int) map[string]any {
	found, _ := at(body, "steps", i).(map[string]any)
	return found
}
