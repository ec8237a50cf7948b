package main

import (
	"sync"

	"edgecase/edge"
)

// maxRemembered is how many exchanges the admin side can show.
const maxRemembered = 500

// A memory keeps the last exchanges. It is an observer.
type memory struct {
	mu   sync.Mutex
	ring [maxRemembered]*edge.Exchange
	next int // where the next one goes
	byID map[string]int
}

func newMemory() *memory { return &memory{byID: map[string]int{}} }

// Begin does nothing: there is no answer to show yet.
func (m *memory) Begin(*edge.Exchange) {}

// Answer keeps a copy, because a viewer may ask for the trace before the exchange has ended.
func (m *memory) Answer(x *edge.Exchange) {
	snapshot := *x
	m.mu.Lock()
	defer m.mu.Unlock()
	if old := m.ring[m.next]; old != nil {
		delete(m.byID, old.RequestID())
	}
	m.ring[m.next] = &snapshot
	m.byID[x.RequestID()] = m.next
	m.next = (m.next + 1) % len(m.ring)
}

// End puts the exchange itself in the copy's place.
func (m *memory) End(x *edge.Exchange) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i, ok := m.byID[x.RequestID()]; ok {
		m.ring[i] = x
	}
}

// Detailed asks for the times of stages.
func (m *memory) Detailed() bool { return true }

// last returns the newest exchanges, newest first.
func (m *memory) last(n int) []*edge.Exchange {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []*edge.Exchange
	for i := 1; i <= len(m.ring) && len(list) < n; i++ {
		if x := m.ring[(m.next-i+len(m.ring))%len(m.ring)]; x != nil {
			list = append(list, x)
		}
	}
	return list
}

func (m *memory) find(id string) *edge.Exchange {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i, ok := m.byID[id]; ok {
		return m.ring[i]
	}
	return nil
}
