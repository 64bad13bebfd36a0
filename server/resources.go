package server

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"sync/atomic"
	"time"
)

// resourceShards is how many locks a large store spreads its resources over. A store below minSharded has one: its order of
// forgetting is exact.
const (
	resourceShards = 64
	minSharded     = 4096
)

// resource is what the mock remembers of one resource, as visit shows it.
type resource struct {
	anchor time.Time // when it was first asked for; kept in whole milliseconds
	polls  int       // answers that counted
	ended  bool      // nothing changes any more; once set it stays
	leave  bool      // set by a visitor that did not count after all: nothing is kept
}

// resourceKey names a resource of a session.
type resourceKey [16]byte

// resources is what the mock remembers of the resources of all sessions: at most limit. When it is full, the ended resource
// that was least recently asked for goes first; without ended ones, the least recently asked for. A large store keeps that
// order within each of its shards. Safe for concurrent use.
type resources struct {
	limit   int64
	seeds   [2]maphash.Seed
	shards  []resourceShard
	total   atomic.Int64
	evicted atomic.Int64 // of all sessions, since the start
}

// newResources makes a store of at most limit resources.
func newResources(limit int) *resources {
	r := &resources{limit: int64(limit), seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
	count := 1
	if limit >= minSharded {
		count = resourceShards
	}
	r.shards = make([]resourceShard, count)
	for i := range r.shards {
		r.shards[i].init()
	}
	return r
}

// len is how many resources are remembered.
func (r *resources) len() int { return int(r.total.Load()) }

// key names the resource that an operation's path values lead to, under a scenario and a seed, in a session's memory. Two sums with
// seeds that nobody can know: no two resources share a key by chance or on purpose.
func (r *resources) key(m *memory, seed uint64, scenario, operation string, values []string) resourceKey {
	var room [maxKeyText]byte
	text := binary.AppendUvarint(binary.AppendUvarint(room[:0], m.id), seed)
	text = appendText(appendText(text, scenario), operation)
	for _, value := range values {
		text = appendText(text, value)
	}
	var key resourceKey
	for i := range r.seeds {
		binary.LittleEndian.PutUint64(key[8*i:], maphash.Bytes(r.seeds[i], text))
	}
	return key
}

// maxKeyText is the length of what a key is made of, in bytes, that needs no allocation.
const maxKeyText = 256

// appendText adds a text behind its length, so that no two lists of texts give the same bytes.
func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// visit hands use the resource of key, and keeps what use makes of it. One that is not remembered is what fresh gives. Both run
// under a lock, so that a state of the resource goes to one visitor: they must be quick, must neither visit nor change a session, and
// must not keep the pointer. Who only looks changes nothing, and makes nothing; use may find that it was only a look, and say leave.
//
// It is false when the session forgot m since the visitor read it: use then saw a fresh resource, and nothing is kept.
func (r *resources) visit(key resourceKey, m *memory, look bool, fresh func() resource, use func(*resource)) bool {
	shard, number := r.shard(key)
	shard.mutex.Lock()
	defer shard.mutex.Unlock()
	at, known := shard.index[key]
	retired := m.retired.Load()
	// The pointer would escape from a variable; from the shard it costs no allocation.
	if known && !retired {
		shard.seen = shard.entry(at).resource()
	} else {
		shard.seen = fresh()
	}
	use(&shard.seen)
	if look || retired || shard.seen.leave {
		return !retired
	}
	if !known {
		at = shard.add(key, m, number)
	}
	shard.entry(at).keep(&shard.seen)
	shard.toFront(at)
	if !known && r.total.Add(1) > r.limit {
		r.evict(shard, number, at)
	}
	return true
}

// forget retires m and drops its resources. That is no loss: the session wanted it.
func (r *resources) forget(m *memory) {
	// A visit that has not seen this yet is over before its shard is emptied.
	m.retired.Store(true)
	for i := range r.shards {
		shard := &r.shards[i]
		shard.mutex.Lock()
		for m.newest[i] != 0 {
			shard.remove(m.newest[i], i)
			r.total.Add(-1)
		}
		shard.mutex.Unlock()
	}
}

// evict drops the shard's first resource in the order of forgetting, unless there is none but kept.
func (r *resources) evict(shard *resourceShard, number int, kept int32) {
	at := shard.oldest(kept)
	if at == 0 {
		return
	}
	m := shard.entry(at).memory
	shard.remove(at, number)
	r.total.Add(-1)
	if !m.retired.Load() {
		m.evicted.Add(1)
		r.evicted.Add(1)
	}
}

func (r *resources) shard(key resourceKey) (*resourceShard, int) {
	number := int(key[0]) % len(r.shards)
	return &r.shards[number], number
}

// resource is what visit shows of an entry.
func (e *resourceEntry) resource() resource {
	return resource{anchor: time.UnixMilli(e.anchor).UTC(), polls: int(e.polls), ended: e.ended}
}

// keep takes over what use made of a resource.
func (e *resourceEntry) keep(seen *resource) {
	e.anchor = seen.anchor.UnixMilli()
	e.polls = int32(min(max(seen.polls, 0), math.MaxInt32))
	e.ended = e.ended || seen.ended
}
