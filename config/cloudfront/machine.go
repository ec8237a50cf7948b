package cloudfront

import (
	"slices"
	"strings"
)

// A machine reads a path byte by byte and knows at each moment all positions that a pattern may be at. Its states are
// made when they are first needed. State 0 is the one in which the pattern cannot match any more.
type machine struct {
	pattern string
	states  []state
	ids     map[string]int32 // of states, by their positions
}

// A state is a set of positions in a pattern.
type state struct {
	// at has the positions in ascending order. Those before the last "*" that has been reached are left out: whatever
	// would still match from there, matches from the "*".
	at      []uint16
	accepts bool    // the path may end here
	forever bool    // it may end here and after whatever follows
	named   []byte  // the bytes that lead elsewhere than all others do
	next    []int32 // where they lead: a state, or unmade
	other   int32   // where all others lead
}

const (
	dead   = 0
	unmade = -1
)

func newMachine(pattern string) *machine {
	m := &machine{pattern: pattern, states: []state{{other: dead}}, ids: map[string]int32{"": dead}}
	if pattern != "" {
		m.state(m.enter(nil, 0)) // state 1
	}
	return m
}

// begin returns the state before the first byte.
func (m *machine) begin() int32 { return int32(min(1, len(m.states)-1)) }

// enter adds a position, and the one behind it where a "*" need not match anything.
func (m *machine) enter(at []uint16, i int) []uint16 {
	for ; i <= len(m.pattern); i++ {
		if len(at) == 0 || at[len(at)-1] < uint16(i) {
			at = append(at, uint16(i))
		}
		if i == len(m.pattern) || m.pattern[i] != '*' {
			break
		}
	}
	return at
}

// state returns the number of the state with these positions.
func (m *machine) state(at []uint16) int32 {
	for i := len(at) - 1; i > 0; i-- {
		if int(at[i]) < len(m.pattern) && m.pattern[at[i]] == '*' {
			at = at[i:]
			break
		}
	}
	var key strings.Builder
	for _, i := range at {
		key.WriteByte(byte(i >> 8))
		key.WriteByte(byte(i))
	}
	if id, ok := m.ids[key.String()]; ok {
		return id
	}
	s := state{at: slices.Clone(at), other: unmade}
	for _, i := range at {
		if int(i) == len(m.pattern) {
			s.accepts = true
			continue
		}
		switch c := m.pattern[i]; c {
		case '*':
			s.forever = s.forever || int(i) == len(m.pattern)-1
		case '?':
		default:
			if !slices.Contains(s.named, c) {
				s.named, s.next = append(s.named, c), append(s.next, unmade)
			}
		}
	}
	id := int32(len(m.states))
	m.states = append(m.states, s)
	m.ids[key.String()] = id
	return id
}

// step returns the state after one more byte.
func (m *machine) step(from int32, c byte) int32 {
	s := &m.states[from]
	k := slices.Index(s.named, c)
	to := s.other
	if k >= 0 {
		to = s.next[k]
	}
	if to != unmade {
		return to
	}
	var at []uint16
	for _, i := range s.at {
		if int(i) == len(m.pattern) {
			continue
		}
		switch d := m.pattern[i]; {
		case d == '*':
			at = m.enter(at, int(i))
		case d == '?' || d == c:
			at = m.enter(at, int(i)+1)
		}
	}
	to = m.state(at)
	s = &m.states[from] // state may have moved it
	if k >= 0 {
		s.next[k] = to
	} else {
		s.other = to
	}
	return to
}

// behind reports whether everything that matches from state a also matches from state b. It may say no too often, never
// yes.
func (m *machine) behind(a, b int32) bool {
	if a == b || a == dead {
		return true
	}
	if b == dead {
		return false
	}
	s, t := m.states[a].at, m.states[b].at
	if last := s[len(s)-1]; t[0] > last && int(t[0]) < len(m.pattern) && m.pattern[t[0]] == '*' {
		return true // from last on, a path passes this "*", and whatever stands before it could stand behind it
	}
	for _, i := range s {
		k, ok := slices.BinarySearch(t, i)
		if !ok {
			return false
		}
		t = t[k:]
	}
	return true
}
