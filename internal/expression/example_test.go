package expression_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/understudy-dev/understudy/internal/expression"
)

func ExampleEnv_Compile() {
	env := expression.New("self")
	rule, err := env.Compile("self.status != 'COMPLETED' || has(self.endTime)")
	if err != nil {
		fmt.Println(err)
		return
	}
	holds, err := rule.Bool(context.Background(), map[string]any{"self": map[string]any{"status": "COMPLETED"}})
	fmt.Println(rule.Names(), holds, err)

	_, err = rule.Bool(context.Background(), map[string]any{"self": map[string]any{}})
	fmt.Println(errors.Is(err, expression.ErrMissing), err)

	_, err = env.Compile("slef.status == 'FAILED'")
	fmt.Println(err)
	// Output:
	// [self.endTime self.status] false <nil>
	// true no such key: "status"
	// 1:1: unknown variable "slef"; closest is "self"
}

func ExampleProgram_Plain() {
	program, err := expression.New("path").Compile(`path["x-id"]`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(program.Plain())
	fmt.Println(program.Eval(context.Background(), map[string]any{"path": map[string]any{"x-id": "7"}}))
	// Output:
	// path.x-id true
	// 7 <nil>
}

func ExampleEnv_Template() {
	env := expression.New("fake", "path")
	parts, err := env.Template("Create dealer ${fake.company} for $${HOME}")
	for _, part := range parts {
		if part.Program != nil {
			fmt.Println(part.Offset, part.Program.Names())
			continue
		}
		fmt.Printf("%d %q\n", part.Offset, part.Text)
	}
	fmt.Println(err)

	_, err = env.Template("Create dealer ${fake.company")
	fmt.Println(err)
	// Output:
	// 0 "Create dealer "
	// 14 [fake.company]
	// 29 " for ${HOME}"
	// <nil>
	// 1:15: "${" is not closed; close it with "}", or write "$${" for a literal "${"
}
