package config

import (
	"bytes"
	"encoding/json"

	"edgecase/config/terraform"

	"github.com/zclconf/go-cty/cty"
)

// A policy is an IAM policy as JSON has it.
type policy struct {
	Version   string      `json:"Version,omitempty"`
	ID        string      `json:"Id,omitempty"`
	Statement []statement `json:"Statement"`
}

// A statement is one statement of a policy. Each list may be a single text in JSON.
type statement struct {
	SID          string                      `json:"Sid,omitempty"`
	Effect       string                      `json:"Effect,omitempty"`
	Action       texts                       `json:"Action,omitempty"`
	NotAction    texts                       `json:"NotAction,omitempty"`
	Resource     texts                       `json:"Resource,omitempty"`
	NotResource  texts                       `json:"NotResource,omitempty"`
	Principal    principals                  `json:"Principal,omitempty"`
	NotPrincipal principals                  `json:"NotPrincipal,omitempty"`
	Condition    map[string]map[string]texts `json:"Condition,omitempty"`
}

// texts is a list that JSON may abbreviate to its only element.
type texts []string

// MarshalJSON writes a list of one as its element.
func (t texts) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// UnmarshalJSON reads a list, or one element; numbers and booleans count as their text.
func (t *texts) UnmarshalJSON(data []byte) error {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	items, ok := v.([]any)
	if !ok {
		items = []any{v}
	}
	*t = nil
	for _, item := range items {
		switch item := item.(type) {
		case string:
			*t = append(*t, item)
		case nil:
		default:
			b, err := json.Marshal(item)
			if err != nil {
				return err
			}
			*t = append(*t, string(b))
		}
	}
	return nil
}

// principals are identifiers by type; JSON may say "*" for everyone.
type principals map[string]texts

// UnmarshalJSON reads an object, or a text, which stands for every type.
func (p *principals) UnmarshalJSON(data []byte) error {
	if data := bytes.TrimSpace(data); len(data) > 0 && data[0] != '{' {
		var t texts
		if err := json.Unmarshal(data, &t); err != nil {
			return err
		}
		*p = principals{"*": t}
		return nil
	}
	var m map[string]texts
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	*p = m
	return nil
}

// UnmarshalJSON reads a policy whose only statement may stand without a list.
func (p *policy) UnmarshalJSON(data []byte) error {
	var outer struct {
		Version   string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	if err := json.Unmarshal(data, &outer); err != nil {
		return err
	}
	*p = policy{Version: outer.Version, ID: outer.ID}
	raw := bytes.TrimSpace(outer.Statement)
	if len(raw) == 0 {
		return nil
	}
	if raw[0] == '{' {
		raw = append(append([]byte{'['}, raw...), ']')
	}
	return json.Unmarshal(raw, &p.Statement)
}

// policyDocument computes the JSON of data.aws_iam_policy_document (TF-219): the statements of the source documents,
// then its own; override documents replace statements of the same sid.
func policyDocument(r *terraform.Resource) cty.Value {
	block, diags := r.Evaluate()
	address := reference(r, "json")
	if block == nil || diags.HasErrors() {
		return terraform.Unknown(address, cty.String)
	}
	d := document{policy: policy{Version: "2012-10-17"}, marks: cty.ValueMarks{}}
	if v := d.text(block, "version"); v != "" {
		d.policy.Version = v
	}
	d.policy.ID = d.text(block, "policy_id")
	d.documents(block, "source_json", "source_policy_documents")
	for _, b := range block.Blocks {
		if b.Type == "statement" {
			d.put(d.statement(b))
		}
	}
	d.documents(block, "override_json", "override_policy_documents")
	if d.unknown {
		return terraform.Unknown(address, cty.String).WithMarks(d.marks)
	}
	b, err := json.MarshalIndent(d.policy, "", "  ")
	if err != nil {
		return terraform.Unknown(address, cty.String)
	}
	return cty.StringVal(string(b)).WithMarks(d.marks)
}

// A document is a policy in the making, with the marks of all that went into it.
type document struct {
	policy  policy
	marks   cty.ValueMarks
	unknown bool // a whole source document is not known
}

// put adds a statement, in place of one with the same sid.
func (d *document) put(s statement) {
	if s.SID != "" {
		for i := range d.policy.Statement {
			if d.policy.Statement[i].SID == s.SID {
				d.policy.Statement[i] = s
				return
			}
		}
	}
	d.policy.Statement = append(d.policy.Statement, s)
}

func (d *document) documents(b *terraform.Block, names ...string) {
	for _, n := range names {
		a, ok := b.Arguments[n]
		if !ok {
			continue
		}
		for _, text := range d.texts(a.Value) {
			if text == "" {
				continue
			}
			var p policy
			if err := json.Unmarshal([]byte(text), &p); err != nil {
				d.unknown = true
				continue
			}
			for _, s := range p.Statement {
				d.put(s)
			}
		}
	}
}

func (d *document) statement(b *terraform.Block) statement {
	list := func(b *terraform.Block, name string) texts { return d.texts(b.Arguments[name].Value) }
	s := statement{
		SID:         d.text(b, "sid"),
		Effect:      d.text(b, "effect"),
		Action:      list(b, "actions"),
		NotAction:   list(b, "not_actions"),
		Resource:    list(b, "resources"),
		NotResource: list(b, "not_resources"),
	}
	if s.Effect == "" {
		s.Effect = "Allow"
	}
	for _, inner := range b.Blocks {
		switch inner.Type {
		case "principals":
			s.Principal = joined(s.Principal, d.text(inner, "type"), list(inner, "identifiers"))
		case "not_principals":
			s.NotPrincipal = joined(s.NotPrincipal, d.text(inner, "type"), list(inner, "identifiers"))
		case "condition":
			test, variable := d.text(inner, "test"), d.text(inner, "variable")
			if s.Condition == nil {
				s.Condition = map[string]map[string]texts{}
			}
			if s.Condition[test] == nil {
				s.Condition[test] = map[string]texts{}
			}
			s.Condition[test][variable] = append(s.Condition[test][variable], list(inner, "values")...)
		}
	}
	return s
}

func joined(p principals, typ string, identifiers texts) principals {
	if p == nil {
		p = principals{}
	}
	p[typ] = append(p[typ], identifiers...)
	return p
}

func (d *document) text(b *terraform.Block, name string) string {
	for _, t := range d.texts(b.Arguments[name].Value) {
		return t
	}
	return ""
}

// texts returns the texts of a value or of its elements; null ones are left out.
func (d *document) texts(v cty.Value) texts {
	if v == cty.NilVal {
		return nil
	}
	bare, marks := v.UnmarkDeep()
	for m := range marks {
		d.marks[m] = struct{}{}
	}
	if bare.IsNull() {
		return nil
	}
	if !bare.IsKnown() || !bare.CanIterateElements() {
		text, _ := standInText(v)
		return texts{text}
	}
	var out texts
	shallow, _ := v.Unmark()
	for it := shallow.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if inner, _ := e.Unmark(); !inner.IsNull() {
			text, _ := standInText(e)
			out = append(out, text)
		}
	}
	return out
}
