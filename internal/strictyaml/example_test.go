package strictyaml_test

import (
	"fmt"
	"testing/fstest"
	"time"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

func ExampleParse() {
	n, err := strictyaml.Parse("pet.yaml", []byte("name: Rex\nborn: 2026-01-02\ntags: [good, dog]\n"), strictyaml.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, field := range n.Fields() {
		fmt.Println(field.Key, field.Value.Describe(), field.Value.Position())
	}
	fmt.Println(n.At("/tags/1").Text())
	// Output:
	// name string "Rex" pet.yaml:1:7
	// born string "2026-01-02" pet.yaml:2:7
	// tags sequence pet.yaml:3:7
	// dog
}

func ExampleParse_refused() {
	_, err := strictyaml.Parse("pet.yaml", []byte("name: Rex\nage: 07\nname: Max\n"), strictyaml.Limits{})
	fmt.Println(err)
	// Output:
	// pet.yaml:2:6: number 07 is not written as JSON writes numbers; quote it if it is meant as text
	// pet.yaml:3:1: key "name" is given twice; the first is on line 1
}

func ExampleParseAll() {
	documents, err := strictyaml.ParseAll("pets.yaml", []byte("name: Rex\n---\nname: Max\n"), strictyaml.Limits{})
	fmt.Println(len(documents), documents[1].Field("name").Text(), err)
	// Output: 2 Max <nil>
}

func ExampleDecode() {
	n, err := strictyaml.Parse("step.yaml", []byte("name: check\ndelay: 2s\ntimse: 3\n"), strictyaml.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var step struct {
		Name  string        `yaml:"name"`
		Delay time.Duration `yaml:"delay"`
		Times int           `yaml:"times"`
	}
	var problems strictyaml.Problems
	strictyaml.Decode(n, &step, `step "check"`, &problems)
	fmt.Println(step.Name, step.Delay)
	fmt.Println(problems.Err())
	// Output:
	// check 2s
	// step.yaml:3:1: step "check": unknown key "timse"; closest is "times"
}

func ExampleReadFile() {
	fsys := fstest.MapFS{"pets/rex.yaml": {Data: []byte("name: Rex\n")}}
	data, err := strictyaml.ReadFile(fsys, "pets/rex.yaml", strictyaml.Limits{})
	fmt.Printf("%q %v\n", data, err)
	_, err = strictyaml.ReadFile(fsys, "pets", strictyaml.Limits{})
	fmt.Println(err)
	// Output:
	// "name: Rex\n" <nil>
	// pets: is a folder, want a regular file
}

func ExampleClosestHint() {
	fmt.Println(strictyaml.ClosestHint("respnse-500", []string{"response-200", "response-500"}))
	fmt.Println(strictyaml.ClosestHint("other", []string{"success", "failure"}))
	// Output:
	// closest is "response-500"
	// there are: failure, success
}

func ExamplePointer() {
	pointer := strictyaml.Pointer("paths", "/pets/{id}", "get")
	tokens, err := strictyaml.Tokens(pointer)
	fmt.Println(pointer, tokens[1], err)
	// Output: /paths/~1pets~1{id}/get /pets/{id} <nil>
}
