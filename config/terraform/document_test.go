package terraform

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDocument(t *testing.T) {
	src := "{\n  \"name\": \"a\\\"b\",\n  \"list\": [1, true, null, {\"x\": -2.5e3}],\n  \"name\": \"last\"\n}\n"
	doc, diags := ParseDocument("x.json", []byte(src))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	place := func(n *Node) string {
		r := doc.Range(n)
		return src[r.Start.Byte:r.End.Byte] + " at " + r.String()
	}
	tests := []struct {
		name, rule string
		node       *Node
		want       string
	}{
		{"the whole", "TF-240", doc.Root, src[:len(src)-1] + " at x.json:1,1-5,2"},
		{"the last of two members", "TF-240", doc.Root.Get("name"), `"last" at x.json:4,11-17`},
		{"a number", "TF-240", doc.Root.Get("list").Item(0), "1 at x.json:3,12-13"},
		{"a word", "TF-240", doc.Root.Get("list").Item(1), "true at x.json:3,15-19"},
		{"a number in an object", "TF-240", doc.Root.Get("list").Item(3).Get("x"), "-2.5e3 at x.json:3,33-39"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, place(tt.node)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if r := doc.NameRange(doc.Root.Get("list")); src[r.Start.Byte:r.End.Byte] != `"list"` {
		t.Errorf("the name of list is at %s", r)
	}
	if doc.Root.Get("list", "x").Get("y") != nil || !doc.Root.Get("list").Item(2).IsNull() || doc.Root.Get("list").Item(9) != nil {
		t.Error("what is not there is something")
	}
}

func TestDocumentRefusals(t *testing.T) {
	tests := []struct{ name, rule, src, want string }{
		{"nothing", "TF-240", "", "it ends in the middle"},
		{"half", "TF-240", `{"a": [1`, "it ends in the middle"},
		{"two values", "TF-240", "{}\n{}", "something follows"},
		{"no JSON", "TF-240", "resource {", "invalid character"},
		{"too deep", "TF-240", strings.Repeat("[", 100_000), "levels deep"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			doc, diags := ParseDocument("x.json", []byte(tt.src))
			if doc != nil || len(diags) != 1 || !strings.Contains(diags[0].Detail, tt.want) || diags[0].Subject == nil {
				t.Errorf("got %v, want something about %q", diags, tt.want)
			}
		})
	}
}

// FuzzDocument holds the parser against encoding/json: both take the same texts, and the place of every value is the text
// of that value (TF-240).
func FuzzDocument(f *testing.F) {
	for _, s := range []string{`{"a":[1,"x\"",{"b":null}]}`, `"\\"`, ` [ true , -0.5e-3 ] `, `{"a":1,"a":{}}`, "\ufeff{}", "[1]x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		doc, diags := ParseDocument("x", src)
		body := strings.TrimPrefix(string(src), "\ufeff")
		if doc == nil {
			if len(diags) == 0 {
				t.Error("no document and no word about it")
			}
			if json.Valid([]byte(body)) && !strings.Contains(diags[0].Detail, "deep") {
				t.Errorf("%q is JSON, and refused: %s", src, diags[0].Detail)
			}
			return
		}
		var check func(n *Node)
		check = func(n *Node) {
			r := doc.Range(n)
			text := body[r.Start.Byte:r.End.Byte]
			if !json.Valid([]byte(text)) || strings.TrimSpace(text) != text {
				t.Errorf("the place of a value in %q is %q", src, text)
			}
			for _, i := range n.Items {
				check(i)
			}
			for name, m := range n.Members {
				check(m)
				at := doc.NameRange(m)
				var got string
				if err := json.Unmarshal([]byte(body[at.Start.Byte:at.End.Byte]), &got); err != nil || got != name {
					t.Errorf("the name %q in %q is at %q", name, src, body[at.Start.Byte:at.End.Byte])
				}
			}
		}
		check(doc.Root)
	})
}
