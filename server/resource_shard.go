package server

import "sync"

// entriesInChunk is how many entries are allocated at once.
const entriesInChunk = 128

// The first two entries of a shard are the heads of its lists, so that 0 can stand for no entry.
const (
	liveHead int32 = iota
	endedHead
	firstEntry
)

// resourceEntry is a resource as the store keeps it. It refers to others by number: they cost half of a pointer, and nothing
// of the garbage collector.
type resourceEntry struct {
	key          resourceKey
	memory       *memory
	anchor       int64 // milliseconds since 1970
	older, newer int32 // neighbours in the list of live or of ended resources: a ring through the list's head
	before, next int32 // neighbours among those of the same memory in this shard; 0 at the ends
	polls        int32
	ended        bool
}

// resourceShard is a part of the store behind one lock. Entries live in chunks that never move, and are used again.
type resourceShard struct {
	mutex  sync.Mutex
	index  map[resourceKey]int32
	chunks []*[entriesInChunk]resourceEntry
	made   int32 // entries handed out so far, the heads included
	free   int32 // the first of those given back, linked by next
	seen   resource
	_      [40]byte // neighbours stay out of each other's cache lines
}

func (s *resourceShard) init() {
	s.index = map[resourceKey]int32{}
	s.chunks = []*[entriesInChunk]resourceEntry{{}}
	s.made = firstEntry
	for _, head := range []int32{liveHead, endedHead} {
		e := s.entry(head)
		e.older, e.newer = head, head
	}
}

func (s *resourceShard) entry(at int32) *resourceEntry {
	return &s.chunks[at/entriesInChunk][at%entriesInChunk]
}

// add makes an entry for a resource of m. Number is the shard's own.
func (s *resourceShard) add(key resourceKey, m *memory, number int) int32 {
	at := s.free
	if at != 0 {
		s.free = s.entry(at).next
	} else {
		at = s.made
		s.made++
		if int(at/entriesInChunk) == len(s.chunks) {
			s.chunks = append(s.chunks, &[entriesInChunk]resourceEntry{})
		}
	}
	next := m.newest[number]
	*s.entry(at) = resourceEntry{key: key, memory: m, older: at, newer: at, next: next}
	if next != 0 {
		s.entry(next).before = at
	}
	m.newest[number] = at
	m.resources.Add(1)
	s.index[key] = at
	return at
}

// remove gives an entry back.
func (s *resourceShard) remove(at int32, number int) {
	e := s.entry(at)
	s.unlink(e)
	if e.before != 0 {
		s.entry(e.before).next = e.next
	} else {
		e.memory.newest[number] = e.next
	}
	if e.next != 0 {
		s.entry(e.next).before = e.before
	}
	e.memory.resources.Add(-1)
	delete(s.index, e.key)
	*e = resourceEntry{next: s.free}
	s.free = at
}

// toFront makes an entry the most recently asked for, of the live or of the ended ones.
func (s *resourceShard) toFront(at int32) {
	e := s.entry(at)
	head := liveHead
	if e.ended {
		head = endedHead
	}
	first := s.entry(head)
	if first.older == at {
		return
	}
	s.unlink(e)
	e.newer, e.older = head, first.older
	s.entry(first.older).newer = at
	first.older = at
}

func (s *resourceShard) unlink(e *resourceEntry) {
	s.entry(e.older).newer = e.newer
	s.entry(e.newer).older = e.older
}

// oldest is the first in the order of forgetting that is not kept; 0 when there is none.
func (s *resourceShard) oldest(kept int32) int32 {
	for _, head := range []int32{endedHead, liveHead} {
		at := s.entry(head).newer
		if at == kept {
			at = s.entry(at).newer
		}
		if at != head {
			return at
		}
	}
	return 0
}
