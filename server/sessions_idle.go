package server

import "container/heap"

// idleRank is a session's place among the idle ones.
type idleRank struct {
	tick  uint64 // of a use, not always of the last
	index int
}

// idleSessions orders sessions by when they were last used. Uses only count up a number in the session; the order is put
// right when somebody asks for the oldest. A heap; guarded by whoever owns it.
type idleSessions []*session

func (h *idleSessions) add(added *session) {
	added.rank.tick = added.used.Load()
	heap.Push(h, added)
}

func (h *idleSessions) remove(gone *session) { heap.Remove(h, gone.rank.index) }

// oldest is the least recently used session; there must be one.
func (h *idleSessions) oldest() *session {
	for {
		first := (*h)[0]
		used := first.used.Load()
		if used <= first.rank.tick {
			return first
		}
		first.rank.tick = used
		heap.Fix(h, 0)
	}
}

// Len is part of heap.Interface.
func (h *idleSessions) Len() int { return len(*h) }

// Less is part of heap.Interface.
func (h *idleSessions) Less(i, j int) bool { return (*h)[i].rank.tick < (*h)[j].rank.tick }

// Swap is part of heap.Interface.
func (h *idleSessions) Swap(i, j int) {
	(*h)[i], (*h)[j] = (*h)[j], (*h)[i]
	(*h)[i].rank.index, (*h)[j].rank.index = i, j
}

// Push is part of heap.Interface.
func (h *idleSessions) Push(x any) {
	added := x.(*session) // add pushes nothing else
	added.rank.index = len(*h)
	*h = append(*h, added)
}

// Pop is part of heap.Interface.
func (h *idleSessions) Pop() any {
	last := len(*h) - 1
	gone := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return gone
}
