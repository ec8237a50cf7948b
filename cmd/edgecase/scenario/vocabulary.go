package scenario

import (
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/edge"
	"edgecase/edge/http1"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// vocabulary is what an expect block may say, and how each argument is read.
var vocabulary = map[Subject]func(*parser, *hcl.Attribute) []Expectation{
	Distribution:  anyText,
	Behavior:      readBehavior,
	Origin:        anyText,
	AnsweredBy:    wordOf("edge", "cache", "origin", "function"),
	Reason:        wordOf(reasons()...),
	OriginURL:     readURL,
	OriginHeaders: readHeaders,
	Forwards:      readNames,
	Drops:         readNames,
	ErrorPage:     anyText,
	OriginStatus:  readStatus,
	Status:        readStatus,
	Location:      readURL,
	Headers:       readHeaders,
	Body:          anyText,
	JSON:          readJSON,
}

func reasons() []string {
	var list []string
	for _, r := range edge.Reasons() {
		list = append(list, string(r))
	}
	return list
}

// matcher makes a Matcher of a value: of a text an equal one.
func (p *parser) matcher(v cty.Value, name string, at hcl.Range) (Matcher, bool) {
	v = p.plainValue(v)
	if v.Type().Equals(matcherType) && !v.IsNull() {
		return *v.EncapsulatedValue().(*Matcher), true
	}
	if v.IsNull() {
		p.complain(at, "Nothing is expected", "%s is null. absent() says that it must not be there.", name)
		return Matcher{}, false
	}
	text, ok := asText(v)
	if !ok {
		p.complain(at, "Wrong type", "%s is a text, or one of matching(…), containing(…), present() and absent().", name)
	}
	return Matcher{text: text}, ok
}

// argument makes an expectation of an argument that is one text.
func (p *parser) argument(a *hcl.Attribute) (Expectation, bool) {
	v, ok := p.value(a)
	if !ok {
		return Expectation{}, false
	}
	m, ok := p.matcher(v, a.Name, a.Expr.Range())
	return Expectation{Subject: Subject(a.Name), Want: m, Source: sourceOf(a.Range)}, ok
}

// anyText reads an argument that is any text.
func anyText(p *parser, a *hcl.Attribute) []Expectation {
	e, ok := p.argument(a)
	if !ok {
		return nil
	}
	return []Expectation{e}
}

// readURL reads an argument that is a URL: one that begins with "/" is compared without scheme and host.
func readURL(p *parser, a *hcl.Attribute) []Expectation {
	list := anyText(p, a)
	for i := range list {
		list[i].Want.path = true
	}
	return list
}

// readBehavior reads a path pattern, or "default".
func readBehavior(p *parser, a *hcl.Attribute) []Expectation {
	list := anyText(p, a)
	for i := range list {
		m := &list[i].Want
		if m.how != equal {
			continue
		}
		if _, err := cloudfront.ParsePathPattern(m.text); err != nil {
			p.complain(a.Expr.Range(), "Not a path pattern", "%s.", capital(err.Error()))
		}
	}
	return list
}

// wordOf reads an argument that is one of a few words.
func wordOf(words ...string) func(*parser, *hcl.Attribute) []Expectation {
	return func(p *parser, a *hcl.Attribute) []Expectation {
		list := anyText(p, a)
		if len(list) > 0 && list[0].Want.how == equal && !slices.Contains(words, list[0].Want.text) {
			p.complain(a.Expr.Range(), "Unknown word", "%s is never %q.%s", a.Name, list[0].Want.text, suggestion(list[0].Want.text, words))
		}
		return list
	}
}

// readStatus reads a status, or a list of those that are all right.
func readStatus(p *parser, a *hcl.Attribute) []Expectation {
	v, ok := p.value(a)
	if !ok {
		return nil
	}
	v = p.plainValue(v)
	values := []cty.Value{v}
	if t := v.Type(); t.IsTupleType() || t.IsListType() || t.IsSetType() {
		values = v.AsValueSlice()
	}
	m := Matcher{how: oneOf}
	for _, v := range values {
		if n, ok := wholeNumber(v); ok && n >= 100 && n <= 599 {
			text, _ := asText(v)
			m.oneOf = append(m.oneOf, text)
		}
	}
	if len(m.oneOf) != len(values) || len(values) == 0 {
		p.complain(a.Expr.Range(), "Not a status", "%s is a number from 100 to 599, or a list of those that are all right: [200, 204].", a.Name)
		return nil
	}
	return []Expectation{{Subject: Subject(a.Name), Want: m, Source: sourceOf(a.Range)}}
}

// readHeaders reads an object of headers.
func readHeaders(p *parser, a *hcl.Attribute) []Expectation {
	var list []Expectation
	for _, m := range p.members(a, `"Cache-Control" = "no-store", "Set-Cookie" = absent()`) {
		if _, err := http1.NewField(m.name, ""); err != nil {
			p.complain(m.at, "Not a header", "%s.", capital(err.Error()))
			continue
		}
		if want, ok := p.matcher(m.value, m.name, m.at); ok {
			list = append(list, Expectation{Subject: Subject(a.Name), Name: m.name, Want: want, Source: sourceOf(m.at)})
		}
	}
	return list
}

// readJSON reads an object of values by their paths.
func readJSON(p *parser, a *hcl.Attribute) []Expectation {
	var list []Expectation
	for _, m := range p.members(a, `"user.email" = "test@example.gov", "items[0].id" = 1`) {
		if _, err := parsePath(m.name); err != nil {
			p.complain(m.at, "Not a path", "%q: %s. Write user.email or items[0].id.", m.name, err)
			continue
		}
		want := Matcher{text: "null", bare: true}
		if !m.value.IsNull() {
			var ok bool
			if want, ok = p.matcher(m.value, m.name, m.at); !ok {
				continue
			}
			want.bare = m.value.Type() == cty.Number || m.value.Type() == cty.Bool
		}
		list = append(list, Expectation{Subject: JSON, Name: m.name, Want: want, Source: sourceOf(m.at)})
	}
	return list
}

// readNames reads the list of what is forwarded or dropped: names of headers, "cookie:NAME" and "query:NAME".
func readNames(p *parser, a *hcl.Attribute) []Expectation {
	names, places := p.texts(a, `"Cookie", "X-CSRFToken", "cookie:sessionid", "query:page"`)
	var list []Expectation
	for i, name := range names {
		kind, rest := forwarded(name)
		bad := rest == "" || strings.ContainsFunc(rest, func(c rune) bool { return c <= ' ' || c == 0x7f || strings.ContainsRune(";=&", c) })
		if kind == "header" {
			_, err := http1.NewField(rest, "")
			bad = err != nil
		}
		if bad {
			p.complain(places[i], "Not a name", `%q is neither the name of a header nor "cookie:NAME" or "query:NAME".`, name)
			continue
		}
		list = append(list, Expectation{Subject: Subject(a.Name), Name: name, Want: Matcher{how: present}, Source: sourceOf(places[i])})
	}
	return list
}

// forwarded takes a name of forwards and drops apart: "cookie:sessionid", "query:page", else a header.
func forwarded(name string) (kind, rest string) {
	for _, kind := range []string{"cookie", "query", "header"} {
		if rest, found := strings.CutPrefix(name, kind+":"); found {
			return kind, rest
		}
	}
	return "header", name
}
