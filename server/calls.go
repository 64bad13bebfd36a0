package server

import (
	"container/list"
	"crypto/sha256"
	"hash/maphash"
	"strconv"
	"strings"
	"sync"
)

// maxCallKeys bounds the resources whose calls are counted; callShards spreads their locks.
const (
	maxCallKeys = 100_000
	callShards  = 64
)

// calls counts, per resource, the answers given so far of a scenario that answers call by call. Bounded: the resource
// that was asked for least recently is forgotten first, and starts again.
type calls struct {
	seed   maphash.Seed
	shards [callShards]callShard
}

type callShard struct {
	mutex  sync.Mutex
	counts map[string]*list.Element
	recent list.List // of *callCount, last asked first
}

type callCount struct {
	key string
	n   int
}

func newCalls() *calls {
	c := &calls{seed: maphash.MakeSeed()}
	c.reset()
	return c
}

// take hands accept the number of the next call of key, from 0, and counts the call when accept says true. One call
// number goes to one accepted call, however many ask at once.
func (c *calls) take(key string, accept func(n int) bool) {
	shard := &c.shards[maphash.String(c.seed, key)%callShards]
	shard.mutex.Lock()
	defer shard.mutex.Unlock()
	element := shard.counts[key]
	if element == nil {
		if !accept(0) {
			return
		}
		shard.counts[key] = shard.recent.PushFront(&callCount{key: key, n: 1})
		shard.forget()
		return
	}
	count := element.Value.(*callCount)
	if accept(count.n) {
		count.n++
	}
	shard.recent.MoveToFront(element)
}

// forget drops the least recent beyond the shard's part of the bound.
func (s *callShard) forget() {
	for len(s.counts) > maxCallKeys/callShards {
		oldest := s.recent.Back()
		delete(s.counts, s.recent.Remove(oldest).(*callCount).key)
	}
}

// reset forgets every count.
func (c *calls) reset() {
	for i := range c.shards {
		shard := &c.shards[i]
		shard.mutex.Lock()
		shard.counts = map[string]*list.Element{}
		shard.recent.Init()
		shard.mutex.Unlock()
	}
}

// maxCallKey bounds a key, in bytes: path values may be as long as a URL.
const maxCallKey = 512

// callKey names a resource: parts with their lengths, so that no two lists of parts give one key. A long one is kept as
// its digest.
func callKey(session, scenario, operation string, values []string) string {
	var b strings.Builder
	for _, part := range append([]string{session, scenario, operation}, values...) {
		b.WriteString(strconv.Itoa(len(part)))
		b.WriteByte(':')
		b.WriteString(part)
	}
	if b.Len() > maxCallKey {
		sum := sha256.Sum256([]byte(b.String()))
		return string(sum[:])
	}
	return b.String()
}
