package strictyaml

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

func (d *decoder) scalar(n *Node, target reflect.Value, pointer string) {
	switch target.Kind() {
	case reflect.String:
		if d.want(n, String, pointer) {
			target.SetString(n.text)
		}
	case reflect.Bool:
		if d.want(n, Bool, pointer) {
			target.SetBool(n.text == "true")
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		number, err := strconv.ParseInt(n.text, 10, target.Type().Bits())
		if d.number(n, err, "integer", pointer) {
			target.SetInt(number)
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		number, err := strconv.ParseUint(n.text, 10, target.Type().Bits())
		if d.number(n, err, "integer from 0", pointer) {
			target.SetUint(number)
		}
	case reflect.Float32, reflect.Float64:
		number, err := strconv.ParseFloat(n.text, target.Type().Bits())
		if d.number(n, err, "number", pointer) {
			target.SetFloat(number)
		}
	default:
		panic(fmt.Sprintf("strictyaml.Decode into %s, which it does not support", target.Type()))
	}
}

// number judges how strconv liked the text of a node that should be a number.
func (d *decoder) number(n *Node, err error, want, pointer string) bool {
	if n.kind == Number && errors.Is(err, strconv.ErrRange) {
		d.problems.Add(n.Position(), d.at(pointer), n.Describe()+" is out of range", "")
		return false
	}
	if n.kind != Number || err != nil {
		d.wrong(n, want, pointer, "")
		return false
	}
	return true
}

func (d *decoder) duration(n *Node, target reflect.Value, pointer string) {
	length, err := time.ParseDuration(n.text)
	if n.kind != String || err != nil {
		d.wrong(n, "duration", pointer, `write it like "2s" or "1m30s"`)
		return
	}
	target.SetInt(int64(length))
}
