package certs

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// maxLeaves bounds the certificates that are kept: viewers can ask for any name.
const maxLeaves = 256

// A subject is what a certificate is for: one name, or one address, or this machine.
type subject struct {
	name    string     // "www.example.com"
	address netip.Addr // an address that was asked for, or that a viewer without a name came to
}

// subjectOf returns what to show a viewer a certificate for. Names that no certificate can hold get the one of this
// machine, as CloudFront shows its own to names it does not know.
func subjectOf(hello *tls.ClientHelloInfo) subject {
	name := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	if a, err := netip.ParseAddr(name); err == nil {
		return machine(a)
	}
	if validName(name) && name != "localhost" {
		return subject{name: name}
	}
	return machine(localAddress(hello.Conn))
}

// machine returns the subject for an address of this machine. Every certificate of the machine has the usual two.
func machine(a netip.Addr) subject {
	a = a.Unmap().WithZone("")
	if a == netip.AddrFrom4([4]byte{127, 0, 0, 1}) || a == netip.IPv6Loopback() {
		a = netip.Addr{}
	}
	return subject{address: a}
}

// validName reports whether a certificate can hold the name. An underscore is no letter of a host name, but names of
// compose services have it.
func validName(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for _, c := range []byte(label) {
			if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
				return false
			}
		}
	}
	return true
}

// localAddress returns the address that a connection came to, if it has one.
func localAddress(c net.Conn) netip.Addr {
	if c == nil {
		return netip.Addr{}
	}
	if a, ok := c.LocalAddr().(*net.TCPAddr); ok {
		return a.AddrPort().Addr()
	}
	return netip.Addr{}
}

// String names the subject for messages.
func (s subject) String() string {
	switch {
	case s.name != "":
		return s.name
	case s.address.IsValid():
		return s.address.String()
	default:
		return "localhost"
	}
}

func (s subject) names() []string {
	if s.name != "" {
		return []string{s.name}
	}
	return []string{"localhost"}
}

func (s subject) addresses() []net.IP {
	if s.name != "" {
		return nil
	}
	ips := []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	if s.address.IsValid() {
		ips = append(ips, s.address.AsSlice())
	}
	return ips
}

// leaves are the certificates that were made, the last used first.
type leaves struct {
	most int

	mu      sync.Mutex
	order   *list.List // of *leaf
	entries map[subject]*list.Element
}

type leaf struct {
	subject     subject
	certificate *tls.Certificate
}

func newLeaves(most int) *leaves {
	return &leaves{most: most, order: list.New(), entries: map[subject]*list.Element{}}
}

// get returns the certificate of a subject, and has one made if there is none or it ends within a day. One is made at a
// time: it takes less than a millisecond.
func (l *leaves) get(s subject, now time.Time, issue func(subject, time.Time) (*tls.Certificate, error)) (*tls.Certificate, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.entries[s]; e != nil {
		if c := e.Value.(*leaf).certificate; now.Add(24 * time.Hour).Before(c.Leaf.NotAfter) {
			l.order.MoveToFront(e)
			return c, nil
		}
		l.remove(e)
	}
	c, err := issue(s, now)
	if err != nil {
		return nil, err
	}
	l.entries[s] = l.order.PushFront(&leaf{s, c})
	if l.order.Len() > l.most {
		l.remove(l.order.Back())
	}
	return c, nil
}

func (l *leaves) remove(e *list.Element) {
	l.order.Remove(e)
	delete(l.entries, e.Value.(*leaf).subject)
}
