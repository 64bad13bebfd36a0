package schema

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// formats returns the formats of the OpenAPI Format Registry that the library does not know. Those that say nothing
// about validity (password, binary) are left out, as are unknown ones: JSON Schema 2020-12, validation 7.2.3.
func formats() []*jsonschema.Format {
	list := []*jsonschema.Format{
		{Name: "float", Validate: within(math.MaxFloat32)},
		{Name: "double", Validate: within(math.MaxFloat64)},
		{Name: "byte", Validate: base64Text},
	}
	for _, bits := range []uint{8, 16, 32, 64} {
		limit := new(big.Int).Lsh(big.NewInt(1), bits)
		half := new(big.Int).Rsh(limit, 1)
		one := big.NewInt(1)
		list = append(list,
			&jsonschema.Format{
				Name:     fmt.Sprintf("int%d", bits),
				Validate: whole(new(big.Int).Neg(half), new(big.Int).Sub(half, one)),
			},
			&jsonschema.Format{Name: fmt.Sprintf("uint%d", bits), Validate: whole(new(big.Int), new(big.Int).Sub(limit, one))},
		)
	}
	return list
}

// whole wants an integer between low and high; what is not a number is for the type to judge.
func whole(low, high *big.Int) func(any) error {
	return func(v any) error {
		number, ok := numberOf(v)
		if !ok {
			return nil
		}
		if !number.IsInt() {
			return errors.New("not a whole number")
		}
		if number.Num().Cmp(low) < 0 || number.Num().Cmp(high) > 0 {
			return fmt.Errorf("out of range %s to %s", low, high)
		}
		return nil
	}
}

func within(limit float64) func(any) error {
	bound := new(big.Rat).SetFloat64(limit)
	return func(v any) error {
		number, ok := numberOf(v)
		if ok && number.Abs(number).Cmp(bound) > 0 {
			return errors.New("out of range")
		}
		return nil
	}
}

func base64Text(v any) error {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	if _, err := base64.StdEncoding.DecodeString(text); err != nil {
		return errors.New("not base64")
	}
	return nil
}

// numberOf returns a number of a decoded value exactly; false for what is none.
func numberOf(v any) (*big.Rat, bool) {
	switch v := v.(type) {
	case json.Number:
		return new(big.Rat).SetString(v.String())
	case float64:
		number := new(big.Rat).SetFloat64(v)
		return number, number != nil
	case float32, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
		return new(big.Rat).SetString(fmt.Sprint(v))
	}
	return nil, false
}
