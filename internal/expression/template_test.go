package expression_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-dev/understudy/internal/expression"
)

// render shows parts as text: offset:"literal" and offset:<expression>.
func render(parts []expression.Part) string {
	pieces := make([]string, len(parts))
	for i, part := range parts {
		if part.Program != nil {
			pieces[i] = fmt.Sprintf("%d:<%s>", part.Offset, part.Program.Text())
			continue
		}
		pieces[i] = fmt.Sprintf("%d:%q", part.Offset, part.Text)
	}
	return strings.Join(pieces, " ")
}

func TestTemplate(t *testing.T) {
	tests := map[string]string{
		"":                                  "",
		"plain":                             `0:"plain"`,
		"${self.a}":                         `0:<self.a>`,
		"a ${self.a} b":                     `0:"a " 2:<self.a> 11:" b"`,
		"${self.a}${self.b}":                `0:<self.a> 9:<self.b>`,
		"${ self.a }":                       `0:< self.a >`,
		"é ${self.a}":                       `0:"é " 3:<self.a>`,
		"$ $$ } {} $x":                      `0:"$ $$ } {} $x"`,
		"$${self.a}":                        `0:"${self.a}"`,
		"a $${b} c":                         `0:"a ${b} c"`,
		"$$${self.a}":                       `0:"$${self.a}"`,
		"${self.a}$${b}":                    `0:<self.a> 9:"${b}"`,
		"$${${self.a}":                      `0:"${" 3:<self.a>`,
		"$${$${":                            `0:"${${"`,
		"${'}'}":                            `0:<'}'>`,
		`${"}"}`:                            `0:<"}">`,
		`${'\'}'}`:                          `0:<'\'}'>`,
		`${"a\\"}"}`:                        `0:<"a\\"> 8:"\"}"`,
		`${r'\'}'`:                          `0:<r'\'> 7:"'"`,
		`${R"}\"}`:                          `0:<R"}\">`,
		`${br'}\'}`:                         `0:<br'}\'>`,
		`${self.r == '\'}'}`:                `0:<self.r == '\'}'>`,
		`${'''it's }'''}`:                   `0:<'''it's }'''>`,
		`${"""a"}"""}`:                      `0:<"""a"}""">`,
		`${r"""\"}"""}`:                     `0:<r"""\"}""">`,
		`${''}`:                             `0:<''>`,
		"${{'a': {'b': 1}}.a.b}!":           `0:<{'a': {'b': 1}}.a.b> 22:"!"`,
		"${self.steps.map(s, {'k': s})[0]}": `0:<self.steps.map(s, {'k': s})[0]>`,
		"${1 // }\n}":                       "0:<1 // }\n>",
		"${4 / 2}":                          "0:<4 / 2>",
		"one\n${self.a}\n":                  `0:"one\n" 4:<self.a> 13:"\n"`,
	}
	env := expression.New(variables()...)
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			parts, err := env.Template(text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, render(parts)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTemplateErrors(t *testing.T) {
	env := expression.New(variables()...)
	golden(t, "testdata/template_errors.txtar", func(input string) string {
		_, err := env.Template(input)
		if err == nil {
			return "no error"
		}
		if _, ok := errors.AsType[*expression.Error](err); !ok {
			t.Errorf("%q: %T %v is not an *Error", input, err, err)
		}
		return err.Error()
	})
}
