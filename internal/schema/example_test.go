package schema_test

import (
	"fmt"
	"log"

	"github.com/understudy-dev/understudy/internal/schema"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

const taskDocument = `
components:
  Task:
    type: object
    required: [id]
    properties:
      id: {type: string, format: uuid, x-inferred: {format: the errors page}}
      state: {$ref: "#/components/State"}
  State: {type: string, enum: [WAITING, DONE]}
`

// taskSchema stands for a loader: it knows where a $ref leads.
func taskSchema() *schema.Schema {
	document, err := strictyaml.Parse("api.yaml", []byte(taskDocument), strictyaml.Limits{})
	if err != nil {
		log.Fatal(err)
	}
	resolve := func(from *strictyaml.Node, ref string) (*strictyaml.Node, error) {
		return from.Root().At(ref[len("#"):]), nil
	}
	return schema.NewSet(resolve, false).Schema(document.At("/components/Task"))
}

func ExampleSchema_Validate() {
	problems, err := taskSchema().Validate(map[string]any{"id": "17", "state": "DOING"})
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range problems {
		fmt.Printf("%s: want %s, got %s (%s %s) %s\n", p.Pointer, p.Want, p.Got, p.Position, p.Keyword, p.Inferred)
	}
	// Output:
	// /id: want format uuid, got "17" (api.yaml:7:26 format) the errors page
	// /state: want one of "WAITING", "DONE", got "DOING" (api.yaml:9:25 enum)
}

func ExampleSchema_At() {
	state, ok := taskSchema().At("/state")
	fmt.Println(ok, state.Types())
	for _, value := range state.Enum() {
		fmt.Println(value.Text())
	}
	// Output:
	// true [string]
	// WAITING
	// DONE
}

func ExampleSchema_Properties() {
	for _, p := range taskSchema().Properties() {
		fmt.Println(p.Name, p.Schema.Types(), p.Required)
	}
	// Output:
	// id [string] true
	// state [string] false
}

func ExampleSchema_Walk() {
	taskSchema().Walk(func(pointer string, s *schema.Schema) bool {
		fmt.Printf("%q at %s\n", pointer, s.Position())
		return true
	})
	// Output:
	// "" at api.yaml:4:5
	// "/id" at api.yaml:7:11
	// "/state" at api.yaml:8:14
	// "/state" at api.yaml:9:10
}

func ExampleSet_Schema() {
	document, err := strictyaml.Parse("api.yaml", []byte("type: strng\nminLength: -1\n"), strictyaml.Limits{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(schema.NewSet(nil, false).Schema(document).Compile())
	// Output:
	// api.yaml:1:7: schema: type "strng" does not exist; closest is "string"
	// api.yaml:2:12: schema: minLength: want a whole number from 0 to 2147483647, got number -1
}
