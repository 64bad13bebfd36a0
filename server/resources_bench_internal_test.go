package server

import (
	"encoding/binary"
	"encoding/hex"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// fill makes n resources.
func fill(r *resources, m *memory, n int) {
	for i := range n {
		r.visit(r.key(m, 1, "lifecycle", "getAsyncProcess", []string{nth(i)}), m, false, nine, func(seen *resource) { seen.polls++ })
	}
}

func nth(i int) string {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[8:], uint64(i))
	return hex.EncodeToString(raw[:])
}

// BenchmarkResources makes a million resources, and says what each costs to make and to keep.
func BenchmarkResources(b *testing.B) {
	const million = 1_000_000
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		r, m := newResources(million), &memory{id: 1}
		fill(r, m, million)
		runtime.GC()
		runtime.ReadMemStats(&after)
		if r.len() != million {
			b.Fatalf("want %d, got %d", million, r.len())
		}
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/million, "B/resource")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/million, "ns/resource")
}

// BenchmarkVisit visits resources that are known: alone, among a million, and 64 visitors at once of one or of their own; then
// makes them in a store that is full.
func BenchmarkVisit(b *testing.B) {
	const million = 1_000_000
	r, m := newResources(million), &memory{id: 1}
	values := []string{nth(0)}
	visit := func(r *resources, values []string) {
		r.visit(r.key(m, 1, "lifecycle", "getAsyncProcess", values), m, false, nine, func(seen *resource) { seen.polls++ })
	}
	alone := func(b *testing.B) {
		b.Helper()
		b.ReportAllocs()
		for b.Loop() {
			visit(r, values)
		}
	}
	parallel := func(keys uint64) func(b *testing.B) {
		return func(b *testing.B) {
			b.Helper()
			var started atomic.Uint64
			b.SetParallelism(64 / runtime.GOMAXPROCS(0))
			b.RunParallel(func(pb *testing.PB) {
				values := []string{nth(int(started.Add(1) % keys))}
				for pb.Next() {
					visit(r, values)
				}
			})
		}
	}
	b.Run("first", alone)
	fill(r, m, million)
	b.Run("millionth", alone)
	b.Run("any of a million", func(b *testing.B) {
		var text strings.Builder
		for i := range million {
			text.WriteString(nth(i))
		}
		values := []string{""}
		b.ResetTimer()
		for i := range b.N {
			from := i * 389_999 % million * 32
			values[0] = text.String()[from : from+32]
			visit(r, values)
		}
	})
	b.Run("64 on one key", parallel(1))
	b.Run("64 on 64 keys", parallel(64))
	b.Run("new in a full store", func(b *testing.B) {
		b.ReportAllocs()
		values := []string{""}
		next := million
		for b.Loop() {
			values[0] = nth(next)
			next++
			visit(r, values)
		}
	})
	b.Run("key", func(b *testing.B) {
		for b.Loop() {
			r.key(m, 1, "lifecycle", "getAsyncProcess", values)
		}
	})
}
