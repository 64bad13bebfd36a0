package strictyaml

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Unmarshaler is a type that reads itself from a node and notes what is wrong with it, positions included.
type Unmarshaler interface {
	UnmarshalNode(n *Node, problems *Problems)
}

// Decode fills the value that into points to, usually a struct, from a node: keys of a mapping go to the fields with the tag
// `yaml:"key"`; fields without a tag, and keys that the mapping lacks, are left alone. It is strict: an unknown key, a wrong type,
// a number that does not fit, a null for anything but a pointer, are problems, and all of them are noted. Nothing is converted: a string takes strings only.
//
// Fields may be strings, booleans, integers, floats, time.Duration (written "2s"), slices, maps with string keys, structs,
// pointers (null leaves nil), *Node (kept raw, null included) and every Unmarshaler. Any other type, and an into that is no pointer, is a mistake in the
// program and panics. Subject names the whole in messages; a part adds its JSON Pointer to it. A nil node decodes to nothing.
func Decode(n *Node, into any, subject string, problems *Problems) {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		panic(fmt.Sprintf("strictyaml.Decode into %T, want a pointer", into))
	}
	if n == nil {
		return
	}
	d := decoder{subject: subject, problems: problems}
	d.value(n, target.Elem(), "")
}

type decoder struct {
	subject  string
	problems *Problems
}

func (d *decoder) value(n *Node, target reflect.Value, pointer string) {
	if target.CanAddr() {
		if own, ok := reflect.TypeAssert[Unmarshaler](target.Addr()); ok {
			own.UnmarshalNode(n, d.problems)
			return
		}
	}
	switch target.Type() {
	case reflect.TypeFor[*Node]():
		target.Set(reflect.ValueOf(n))
		return
	case reflect.TypeFor[time.Duration]():
		d.duration(n, target, pointer)
		return
	}
	switch target.Kind() {
	case reflect.Pointer:
		if n.kind == Null {
			target.SetZero()
			return
		}
		fresh := reflect.New(target.Type().Elem())
		d.value(n, fresh.Elem(), pointer)
		target.Set(fresh)
	case reflect.Struct:
		d.structure(n, target, pointer)
	case reflect.Slice:
		d.slice(n, target, pointer)
	case reflect.Map:
		d.mapping(n, target, pointer)
	default:
		d.scalar(n, target, pointer)
	}
}

func (d *decoder) structure(n *Node, target reflect.Value, pointer string) {
	if !d.want(n, Mapping, pointer) {
		return
	}
	var names []string
	indexes := map[string]int{}
	for i := range target.NumField() {
		name, _, _ := strings.Cut(target.Type().Field(i).Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		names = append(names, name)
		indexes[name] = i
	}
	for _, field := range n.Fields() {
		index, known := indexes[field.Key]
		if !known {
			d.problems.Add(n.KeyPosition(field.Key), d.at(pointer), fmt.Sprintf("unknown key %.80q", field.Key), ClosestHint(field.Key, names))
			continue
		}
		d.value(field.Value, target.Field(index), pointer+Pointer(field.Key))
	}
}

func (d *decoder) slice(n *Node, target reflect.Value, pointer string) {
	if !d.want(n, Sequence, pointer) {
		return
	}
	items := n.Items()
	target.Set(reflect.MakeSlice(target.Type(), len(items), len(items)))
	for i, item := range items {
		d.value(item, target.Index(i), pointer+"/"+strconv.Itoa(i))
	}
}

func (d *decoder) mapping(n *Node, target reflect.Value, pointer string) {
	of := target.Type()
	if of.Key().Kind() != reflect.String {
		panic(fmt.Sprintf("strictyaml.Decode into %s, want string keys", of))
	}
	if !d.want(n, Mapping, pointer) {
		return
	}
	target.Set(reflect.MakeMapWithSize(of, len(n.Fields())))
	for _, field := range n.Fields() {
		value := reflect.New(of.Elem()).Elem()
		d.value(field.Value, value, pointer+Pointer(field.Key))
		target.SetMapIndex(reflect.ValueOf(field.Key).Convert(of.Key()), value)
	}
}

// want notes a problem unless the node is of the kind.
func (d *decoder) want(n *Node, kind Kind, pointer string) bool {
	if n.kind == kind {
		return true
	}
	hint := ""
	if kind == String && (n.kind == Number || n.kind == Bool) {
		hint = "quote it"
	}
	d.wrong(n, kind.String(), pointer, hint)
	return false
}

func (d *decoder) wrong(n *Node, want, pointer, hint string) {
	d.problems.Add(n.Position(), d.at(pointer), fmt.Sprintf("want %s, got %s", want, n.Describe()), hint)
}

// at names the part of the subject that pointer leads to.
func (d *decoder) at(pointer string) string {
	if pointer == "" || d.subject == "" {
		return d.subject + pointer
	}
	return d.subject + ": " + pointer
}
