package schema_test

import (
	"fmt"
	"strings"
	"testing"
)

// Every surplus property is a problem, but only so many of them are compared with the names that exist.
func TestHintsAreBounded(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, "schema: {additionalProperties: false, properties: {colour: {}}}\n")
	value := map[string]any{}
	for i := range 1000 {
		value[fmt.Sprintf("colour%d", i)] = true
	}
	problems, err := s.Validate(value)
	if err != nil {
		t.Fatal(err)
	}
	hints := 0
	for _, p := range problems {
		if strings.HasSuffix(p.Want, `closest is "colour"`) {
			hints++
		}
	}
	if len(problems) != 1000 || hints != 100 {
		t.Errorf("got %d problems with %d hints, want 1000 with 100", len(problems), hints)
	}
}
