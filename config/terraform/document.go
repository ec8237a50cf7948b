package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"

	"github.com/hashicorp/hcl/v2"
)

// A Document is a JSON text that somebody's program has written: Terraform's own JSON, or an answer of AWS.
type Document struct {
	Name string // as ranges have it
	Root *Node

	src   []byte
	lines []int // where each line begins
}

// A Node is one value of a Document, with its place. The zero of each field stands for what the value is not.
type Node struct {
	Members map[string]*Node // of an object; null members as well
	Names   []string         // of the members, in order
	Items   []*Node          // of an array
	Scalar  any              // a string, json.Number, bool, or nil

	IsObject, IsArray bool
	start, end        int // bytes
	name, nameEnd     int // of the member's name in front of it
}

// maxDocument is the size of a document in bytes: plans of thousands of resources have some ten MB.
const maxDocument = 256 << 20

// ReadDocument reads a file of JSON. The document is nil if it cannot be read or is not JSON.
func ReadDocument(path string) (*Document, hcl.Diagnostics) {
	name := path
	if cwd, err := os.Getwd(); err == nil {
		if abs, err := filepath.Abs(path); err == nil {
			if rel, err := filepath.Rel(cwd, abs); err == nil {
				name = rel
			}
		}
	}
	src, err := ReadFile(path, maxDocument)
	if err != nil {
		return nil, hcl.Diagnostics{unreadable(name, err)}
	}
	if bytes.HasPrefix(src, []byte("PK\x03\x04")) {
		return nil, hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Saved plan",
			Detail: fmt.Sprintf("%s is a plan as Terraform saves it, which only Terraform reads. "+
				"Print it: terraform show -json %s > plan.json.", name, name),
			Subject: &hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos},
		}}
	}
	return ParseDocument(name, src)
}

// ParseDocument parses JSON; name is what its ranges are called.
func ParseDocument(name string, src []byte) (*Document, hcl.Diagnostics) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	d := &Document{Name: name, src: src, lines: []int{0}}
	for i, c := range src {
		if c == '\n' {
			d.lines = append(d.lines, i+1)
		}
	}
	if deep := checkJSON(src, name); deep != nil {
		return nil, hcl.Diagnostics{deep}
	}
	p := nodes{dec: json.NewDecoder(bytes.NewReader(src)), src: src}
	p.dec.UseNumber()
	root, err := p.next()
	if err == nil {
		if _, more := p.dec.Token(); more != io.EOF {
			err = errors.New("something follows the value that should be the whole file")
		}
	}
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it ends in the middle")
		}
		return nil, hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Invalid JSON",
			Detail:  fmt.Sprintf("%s is not the JSON of a program: %s. Write it anew, for example with terraform show -json.", name, err),
			Subject: d.at(int(p.dec.InputOffset()), int(p.dec.InputOffset())).Ptr(),
		}}
	}
	d.Root = root
	return d, nil
}

// nodes reads tokens into Nodes.
type nodes struct {
	dec *json.Decoder
	src []byte
}

func (p *nodes) next() (*Node, error) {
	t, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	end := int(p.dec.InputOffset())
	delim, ok := t.(json.Delim)
	if !ok {
		return &Node{Scalar: t, start: p.begin(t, end), end: end}, nil
	}
	n := &Node{start: end - 1}
	switch delim {
	case '{':
		n.IsObject, n.Members = true, map[string]*Node{}
		for p.dec.More() {
			if err := p.member(n); err != nil {
				return nil, err
			}
		}
	case '[':
		n.IsArray = true
		for p.dec.More() {
			item, err := p.next()
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, item)
		}
	}
	if _, err := p.dec.Token(); err != nil {
		return nil, err
	}
	n.end = int(p.dec.InputOffset())
	return n, nil
}

func (p *nodes) member(of *Node) error {
	t, err := p.dec.Token()
	if err != nil {
		return err
	}
	name, _ := t.(string)
	nameEnd := int(p.dec.InputOffset())
	start := p.begin(t, nameEnd)
	value, err := p.next()
	if err != nil {
		return err
	}
	value.name, value.nameEnd = start, nameEnd
	if _, again := of.Members[name]; !again {
		of.Names = append(of.Names, name)
	}
	of.Members[name] = value
	return nil
}

// begin finds where the scalar that ends at a byte begins.
func (p *nodes) begin(t json.Token, end int) int {
	i := end - 1
	if _, ok := t.(string); !ok {
		for i > 0 && bytes.IndexByte([]byte(" \t\r\n,:[{"), p.src[i-1]) < 0 {
			i--
		}
		return i
	}
	for i--; i > 0; i-- {
		if p.src[i] != '"' {
			continue
		}
		escapes := 0
		for i-1-escapes >= 0 && p.src[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
	return max(i, 0)
}

// Range returns the place of a node.
func (d *Document) Range(n *Node) hcl.Range {
	if n == nil {
		return d.at(0, 0)
	}
	return d.at(n.start, n.end)
}

// NameRange returns the place of the name of the member that a node is.
func (d *Document) NameRange(n *Node) hcl.Range {
	if n.nameEnd == 0 {
		return d.at(n.start, n.start)
	}
	return d.at(n.name, n.nameEnd)
}

func (d *Document) at(start, end int) hcl.Range {
	return hcl.Range{Filename: d.Name, Start: d.pos(start), End: d.pos(end)}
}

func (d *Document) pos(at int) hcl.Pos {
	line := sort.SearchInts(d.lines, at+1) - 1
	return hcl.Pos{Line: line + 1, Column: at - d.lines[line] + 1, Byte: at}
}

// maxSnippetLine is the longest line, in bytes, of a document whose lines say something when they are shown: programs
// write whole documents on one line.
const maxSnippetLine = 400

// File returns the text as printers of snippets want it; nil for a document that is not laid out in lines.
func (d *Document) File() *hcl.File {
	for i, begin := range d.lines {
		end := len(d.src)
		if i+1 < len(d.lines) {
			end = d.lines[i+1]
		}
		if end-begin > maxSnippetLine {
			return nil
		}
	}
	return &hcl.File{Bytes: d.src, Body: hcl.EmptyBody()}
}

// Get follows member names; it is nil where one is missing.
func (n *Node) Get(names ...string) *Node {
	for _, name := range names {
		if n == nil {
			return nil
		}
		n = n.Members[name]
	}
	return n
}

// Item returns an element of an array, or nil.
func (n *Node) Item(i int) *Node {
	if n == nil || i >= len(n.Items) {
		return nil
	}
	return n.Items[i]
}

// List returns the elements of an array; there are none in nil or in anything else.
func (n *Node) List() []*Node {
	if n == nil {
		return nil
	}
	return n.Items
}

// Text returns a string; "" for nil and for anything else.
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	s, _ := n.Scalar.(string)
	return s
}

// IsTrue tells whether the node is the word true.
func (n *Node) IsTrue() bool { return n != nil && n.Scalar == true }

// IsNull tells whether there is nothing: no node, or null.
func (n *Node) IsNull() bool {
	return n == nil || !n.IsObject && !n.IsArray && n.Scalar == nil
}

// ObjectAt makes an object of other nodes; its place is that of a node.
func ObjectAt(at *Node, members map[string]*Node, names []string) *Node {
	n := &Node{IsObject: true, Members: members, Names: names}
	n.place(at)
	return n
}

// ArrayAt makes an array of other nodes; its place is that of a node.
func ArrayAt(at *Node, items []*Node) *Node {
	n := &Node{IsArray: true, Items: items}
	n.place(at)
	return n
}

// ScalarAt makes a scalar; its place is that of a node.
func ScalarAt(at *Node, scalar any) *Node {
	n := &Node{Scalar: scalar}
	n.place(at)
	return n
}

func (n *Node) place(at *Node) {
	if at != nil {
		n.start, n.end, n.name, n.nameEnd = at.start, at.end, at.name, at.nameEnd
	}
}
