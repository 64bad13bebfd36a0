package expression

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// adapter shows decoded JSON to CEL where it is read, so that nothing is copied on the way in. It differs from CEL's own
// adapter in numbers beyond int64, which stay exact.
type adapter struct{}

// NativeToValue implements types.Adapter.
func (a adapter) NativeToValue(value any) ref.Val {
	switch v := value.(type) {
	case map[string]any:
		return types.NewMap(a, v)
	case []any:
		return types.NewList(a, v)
	case json.Number:
		number, err := numberOf(v)
		if err != nil {
			return types.WrapErr(err)
		}
		return types.DefaultTypeAdapter.NativeToValue(number)
	}
	return types.DefaultTypeAdapter.NativeToValue(value)
}

// numberOf picks the first of int64, uint64 and float64 that holds the number.
func numberOf(n json.Number) (any, error) {
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return i, nil
	}
	if u, err := strconv.ParseUint(string(n), 10, 64); err == nil {
		return u, nil
	}
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return nil, fmt.Errorf("%q is not a number that a float64 holds", string(n))
	}
	return f, nil
}

// maxResult bounds the values in one result, as strictyaml bounds those of a document: a list may hold another one many
// times over at no cost to CEL, and a copy of it doubles at every level.
const maxResult = 2_000_000

// plainValue copies a value of either world, decoded JSON or CEL, into plain values.
func plainValue(value any) (any, error) {
	c := copier{left: maxResult}
	return c.value(value)
}

// copier counts what it copies.
type copier struct{ left int }

func (c *copier) value(value any) (any, error) {
	if c.left--; c.left < 0 {
		return nil, fmt.Errorf("%w: the result holds more than %d values", ErrLimit, maxResult)
	}
	switch v := value.(type) {
	case nil, bool, string, int64, uint64:
		return v, nil
	case int:
		return int64(v), nil
	case float64:
		return finite(v)
	case json.Number:
		return numberOf(v)
	case map[string]any:
		return c.object(v)
	case []any:
		return c.list(v)
	case ref.Val:
		return c.cel(v)
	}
	return nil, fmt.Errorf("%T is not decoded JSON", value)
}

// finite keeps what JSON cannot say (RFC 8259 section 6) from getting as far as an encoder.
func finite(f float64) (any, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("result %v is not a JSON number", f)
	}
	return f, nil
}

func (c *copier) object(from map[string]any) (any, error) {
	to := make(map[string]any, len(from))
	for key, value := range from {
		plain, err := c.value(value)
		if err != nil {
			return nil, err
		}
		to[key] = plain
	}
	return to, nil
}

func (c *copier) list(from []any) (any, error) {
	to := make([]any, len(from))
	for i, value := range from {
		plain, err := c.value(value)
		if err != nil {
			return nil, err
		}
		to[i] = plain
	}
	return to, nil
}

func (c *copier) cel(value ref.Val) (any, error) {
	switch v := value.(type) {
	case types.Null:
		return nil, nil
	case types.Bool, types.String, types.Int, types.Uint, types.Double:
		return c.value(v.Value())
	case types.Timestamp:
		return v.UTC().Format(time.RFC3339Nano), nil
	case types.Duration:
		return c.value(v.ConvertToType(types.StringType))
	case types.Bytes:
		return base64.StdEncoding.EncodeToString(v), nil
	case *types.Optional:
		if !v.HasValue() {
			return nil, fmt.Errorf("%w: the optional result is absent", ErrMissing)
		}
		return c.value(v.GetValue())
	case traits.Mapper:
		return c.mapper(v)
	case traits.Lister:
		return c.lister(v)
	case *types.Err:
		return nil, evalError(v)
	}
	return nil, fmt.Errorf("result of type %s is not a JSON value", value.Type().TypeName())
}

func (c *copier) mapper(from traits.Mapper) (any, error) {
	to := map[string]any{}
	for it := from.Iterator(); it.HasNext() == types.True; {
		key, ok := it.Next().(types.String)
		if !ok {
			return nil, errors.New("result holds a map with a key that is not a string")
		}
		plain, err := c.value(from.Get(key))
		if err != nil {
			return nil, err
		}
		to[string(key)] = plain
	}
	return to, nil
}

func (c *copier) lister(from traits.Lister) (any, error) {
	to := []any{}
	for it := from.Iterator(); it.HasNext() == types.True; {
		plain, err := c.value(it.Next())
		if err != nil {
			return nil, err
		}
		to = append(to, plain)
	}
	return to, nil
}
