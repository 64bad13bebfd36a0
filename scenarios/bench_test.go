package scenarios_test

import (
	"strconv"
	"testing"
)

func BenchmarkBind(b *testing.B) {
	c, op := embedded(b)
	a, err := c.Default(op)
	if err != nil {
		b.Fatal(err)
	}
	var dst []byte
	b.Run("same id", func(b *testing.B) {
		in := inputs(op, 1, someID)
		b.ReportAllocs()
		for b.Loop() {
			dst = a.Bind(in).Append(dst[:0], requestID)
		}
	})
	b.Run("new ids", func(b *testing.B) {
		in := inputs(op, 1, someID)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			in.PathValues[0] = someID + strconv.Itoa(i)
			dst = a.Bind(in).Append(dst[:0], requestID)
		}
	})
}

func BenchmarkSelect(b *testing.B) {
	c, op := embedded(b)
	for _, names := range []string{"status=FAILED", "failed-at-step-2, business.type=PRODUCT"} {
		b.Run(names, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Select(op, names); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
