package strictyaml_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

type outcome string

// upper reads itself.
type upper struct{ text string }

func (u *upper) UnmarshalNode(n *strictyaml.Node, problems *strictyaml.Problems) {
	if n.Kind() != strictyaml.String {
		problems.Add(n.Position(), "", "upper wants a string", "")
		return
	}
	u.text = strings.ToUpper(n.Text())
}

type part struct {
	Name  string        `yaml:"name"`
	Delay time.Duration `yaml:"delay"`
}

type whole struct {
	Text     string              `yaml:"text"`
	Outcome  outcome             `yaml:"outcome"`
	Flag     bool                `yaml:"flag"`
	Int      int                 `yaml:"int"`
	Small    int8                `yaml:"small"`
	Unsigned uint64              `yaml:"unsigned"`
	Float    float64             `yaml:"float"`
	Part     part                `yaml:"part"`
	Pointer  *part               `yaml:"pointer"`
	Number   *int                `yaml:"number"`
	List     []part              `yaml:"list"`
	Named    map[outcome]part    `yaml:"named"`
	Lists    map[string][]string `yaml:"lists"`
	Raw      *strictyaml.Node    `yaml:"raw"`
	Upper    upper               `yaml:"upper"`
	Uppers   []*upper            `yaml:"uppers"`
	Ignored  string
	Dashed   string `yaml:"-"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	n := parse(t, `
text: "12"
outcome: success
flag: true
int: -3
small: 127
unsigned: 18446744073709551615
float: 1.5e3
part: {name: a, delay: 2s}
pointer: {delay: 1m30s}
number: ~
list: [{name: b}, {}]
named: {c: {name: d}}
lists: {e: [f, g], h: []}
raw: ~
upper: up
uppers: [x, ~]
`)
	one := 1
	got := whole{Ignored: "kept", Dashed: "kept", Number: &one, Part: part{Name: "old", Delay: 1}}
	var problems strictyaml.Problems
	strictyaml.Decode(n, &got, "thing", &problems)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	want := whole{
		Text: "12", Outcome: "success", Flag: true, Int: -3, Small: 127, Unsigned: 18446744073709551615, Float: 1500,
		Part: part{"a", 2 * time.Second}, Pointer: &part{Delay: 90 * time.Second}, List: []part{{Name: "b"}, {}},
		Named: map[outcome]part{"c": {Name: "d"}}, Lists: map[string][]string{"e": {"f", "g"}, "h": {}},
		Raw: n.Field("raw"), Upper: upper{"UP"}, Uppers: []*upper{{"X"}, nil}, Ignored: "kept", Dashed: "kept",
	}
	sameNode := cmp.Comparer(func(a, b *strictyaml.Node) bool { return a == b })
	if diff := cmp.Diff(want, got, sameNode, cmp.AllowUnexported(upper{}), cmpopts.EquateComparable()); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func TestDecodeProblems(t *testing.T) {
	t.Parallel()
	n := parse(t, `
text: 12
outcome: ~
flag: yes
int: 1.0
small: 128
unsigned: -1
float: "1"
part: {nam: a, delay: 2}
pointer: [a]
number: ""
list: {}
named: {c/d: {name: true, delay: 2 s}}
lists: {e: [f, 1, ~]}
upper: 1
txt: 1
Ignored: 1
"-": 1
zzzzzzzzz: 1
`)
	want := `f.yaml:2:7: thing "x": /text: want string, got number 12; quote it
f.yaml:3:10: thing "x": /outcome: want string, got null
f.yaml:4:7: thing "x": /flag: want boolean, got string "yes"
f.yaml:5:6: thing "x": /int: want integer, got number 1.0
f.yaml:6:8: thing "x": /small: number 128 is out of range
f.yaml:7:11: thing "x": /unsigned: want integer from 0, got number -1
f.yaml:8:8: thing "x": /float: want number, got string "1"
f.yaml:9:8: thing "x": /part: unknown key "nam"; closest is "name"
f.yaml:9:23: thing "x": /part/delay: want duration, got number 2; write it like "2s" or "1m30s"
f.yaml:10:10: thing "x": /pointer: want mapping, got sequence
f.yaml:11:9: thing "x": /number: want integer, got string ""
f.yaml:12:7: thing "x": /list: want sequence, got mapping
f.yaml:13:21: thing "x": /named/c~1d/name: want string, got true; quote it
f.yaml:13:34: thing "x": /named/c~1d/delay: want duration, got string "2 s"; write it like "2s" or "1m30s"
f.yaml:14:16: thing "x": /lists/e/1: want string, got number 1; quote it
f.yaml:14:19: thing "x": /lists/e/2: want string, got null
f.yaml:15:8: upper wants a string
f.yaml:16:1: thing "x": unknown key "txt"; closest is "text"
f.yaml:17:1: thing "x": unknown key "Ignored"
f.yaml:18:1: thing "x": unknown key "-"
f.yaml:19:1: thing "x": unknown key "zzzzzzzzz"`
	var got whole
	var problems strictyaml.Problems
	strictyaml.Decode(n, &got, `thing "x"`, &problems)
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(problems.Err().Error(), "\n")); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func TestDecodeTop(t *testing.T) {
	t.Parallel()
	var problems strictyaml.Problems
	var got part
	strictyaml.Decode(nil, &got, "thing", &problems)
	strictyaml.Decode(parse(t, "~"), &got, "thing", &problems)
	strictyaml.Decode(parse(t, "name: 1"), &got, "", &problems)
	want := "f.yaml:1:1: thing: want mapping, got null\nf.yaml:1:7: /name: want string, got number 1; quote it"
	if err := problems.Err(); err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

func TestDecodeMistakes(t *testing.T) {
	t.Parallel()
	var problems strictyaml.Problems
	for name, into := range map[string]any{
		"no pointer": part{}, "nil": (*part)(nil), "channel": new(chan int), "integer keys": new(map[int]string),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("want a panic")
				}
			}()
			strictyaml.Decode(parse(t, "a: 1"), into, "", &problems)
		})
	}
}
