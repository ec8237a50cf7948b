package terraform

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A grammar writes random expressions of Terraform's language, most of them of the kind that is asked for and some of
// another: a differential test holds what they evaluate to against Terraform (TF-082). The same seed writes the same.
type grammar struct {
	*rand.Rand
	names []string // the loop variables in scope
	loops int
}

func newGrammar(seed uint64) *grammar { return &grammar{Rand: rand.New(rand.NewPCG(seed, 1))} }

// prelude is what the expressions may refer to.
const prelude = `
variable "secret" {
  default   = "s3cr3t"
  sensitive = true
}
variable "secrets" {
  type      = map(string)
  default   = { a = "x", b = "y" }
  sensitive = true
}
variable "opt" {
  type = object({ a = optional(string, "z"), b = optional(number), c = optional(list(object({ d = optional(bool, true) })), []) })
  default = { c = [{}] }
}
locals {
  num   = 3
  str   = "text"
  list  = tolist(["b", "a", "b"])
  nums  = tolist([3, 1, 2])
  set   = toset(["b", "a"])
  map   = tomap({ k1 = "v1", k2 = "v2" })
  obj   = { a = 1, b = "two", c = [true], d = null }
  tuple = [1, "two", true, null]
  objs  = [{ n = "x", v = 1 }, { n = "y", v = 2 }, { n = "x", v = 3 }]
  none  = null
  nostr = tostring(null)
  nolist = tolist(null)
  empty = tolist([])
  deep  = { a = { b = [{ c = "deep" }, { c = null }] } }
}
`

// kinds are what a grammar is asked for.
var kinds = []string{"num", "str", "bool", "seq", "map", "any"}

// pools are the literals of each kind; the special ones are texts that some function wants.
var pools = map[string][]string{
	"num":  {"0", "1", "2", "3", "-1", "10", "1.5", "-0.5", "1e3", "255", "0.1", "local.num", `"7"`, "var.opt.b", "1e21", "12345678901234567890"},
	"str":  {`""`, `"a"`, `"b"`, `"abc"`, `"Hello World"`, `"12"`, `"-1.5"`, `"true"`, `"é"`, `"日本語"`, `"a,b,,c"`, `" x "`, `"x\ny\n"`, `"k1"`, `"$${x}"`, `"a\"b\\c"`, `"<&>"`, "local.str", "local.nostr", "var.secret", "path.module", "terraform.workspace", `"1e3"`, `"0x1f"`, `"e\u0301"`, "5", "true"},
	"bool": {"true", "false", `"true"`, `"false"`, "local.num > 2", "local.nostr == null"},
	"seq":  {"[]", `["a", "b"]`, "[1, 2, 3]", "local.list", "local.nums", "local.set", "local.tuple", "local.objs", "local.empty", `["a", 1, true]`, `[null, "a"]`, "[[1, 2], [3]]", `[["a"], []]`, "toset([3, 1, 2])", "tolist([])", "toset([])", "local.nolist", "var.opt.c", "[true, false]", `["", "a", null]`, "values(var.secrets)", "[1, [2, [3, []]]]"},
	"map":  {"{}", "{ a = 1 }", "local.map", "local.obj", `{ b = "x", a = "y" }`, `{ "k 1" = 1, k2 = null }`, "tomap({})", "var.opt", "var.secrets", "local.deep", `tomap({ x = 1, y = 2 })`, `{ a = ["x", "y"], b = ["x"] }`, `{ (local.str) = 1 }`, `{ 1 = "one" }`},
	"any":  {"null", "local.none", `tostring(null)`, "tomap(null)"},

	"regex": {`"[a-z]+"`, `"(.)(.)"`, `"(?P<x>\\w+)"`, `"x"`, `"^$"`, `"("`, `"(?i)A(b)?"`, `"(?P<x>a)(b)"`, `""`, `"\\d"`, `"é"`, `"(?P<a>.)(?P<b>z)?"`},
	"slash": {`"/a+/"`, `"/(.)/"`, `"a"`, `""`, `"/"`, `"//"`, `"/(/"`, `","`, `"/[[:alpha:]]/"`, `"/^/"`, `"/(?P<n>l+)/"`},
	"subst": {`"x"`, `"$1"`, `""`, `"<$0>"`, `"$${1}y"`, `"$n"`, `"$$"`, `"$1y"`},
	"cidr":  {`"10.0.0.0/8"`, `"10.1.2.3/16"`, `"fd00::/48"`, `"192.168.0.0/24"`, `"0.0.0.0/0"`, `"10.0.0.1/32"`, `"10.0.0.0"`, `"::/0"`, `"10.0.0.0/33"`, `"010.1.0.0/16"`, `"fe80::1/64"`},
	"time":  {`"2024-02-29T12:30:45Z"`, `"2020-01-01T00:00:00+02:00"`, `"2024-13-01T00:00:00Z"`, `"x"`, `"1999-12-31T23:59:59.5Z"`, `"2024-02-29 12:30:45Z"`, `"2024-02-29t12:30:45z"`},
	"datef": {`"YYYY-MM-DD"`, `"DD MMM YYYY hh:mm ZZZ"`, `"EEEE, D MMMM YY"`, `"HH:mm:ss aa"`, `"'at' h"`, `"QQ"`, `"H'o''c'"`, `"'x"`, `"Z ZZZZ ZZZZZ"`, `"m s A M EEE"`},
	"durat": {`"1h"`, `"-90m"`, `"10"`, `"1.5h30m"`, `"1d"`, `"0"`},
	"fmt":   {`"%s"`, `"%d"`, `"%05.2f"`, `"%v %v"`, `"%q"`, `"%#v"`, `"%x"`, `"%-5s|"`, `"%[2]s %[1]s"`, `"%%"`, `"%t"`, `"%z"`, `"%b %o %X"`, `"%e"`, `"%g"`, `"%+d"`, `"%"`, `"x"`, `"%5d"`, `"%.1s"`, `"%[3]s"`, `"% d"`, `"%s%s%s"`, `"%08b"`, `"%.2q"`},
	"json":  {`"{\"a\": [1, \"x\", null]}"`, `"[]"`, `"1"`, `"\"s\""`, `"{"`, `""`, `"null"`, `"1e400"`, `"[1] 2"`, `"{\"a\":1,\"a\":2}"`, `"[true,{\"b\":{}}]"`, `"\"\\u00e9\\ud83d\\ude00\""`, `"1.0"`, `"-0"`},
	"yaml":  {`"a: 1\nb: [x, y]\n"`, `"- 1\n- '2'\n- ~\n"`, `"x"`, `""`, `"a: &x 1\nb: *x\n"`, `"a: yes\nb: 0x1F\nc: 1_000\n"`, `"{"`, `"a: |\n  t\n  u\n"`, `"2024-01-01"`, `"<<: {a: 1}\nb: 2\n"`, `"---\na: 1\n---\nb: 2\n"`, `"1.50"`, `".inf"`, `"!!str 1"`, `"1: a\ntrue: b\n"`, `"a: 1\na: 2\n"`, `"0o17"`, `"012"`, `"null"`, `"~"`},
	"csv":   {`"a,b\n1,2\n3,4\n"`, `"a\n"`, `""`, `"a,b\n1\n"`, `"a,a\n1,2\n"`, `"a,b\n\"x,y\",\"z\"\"\"\n"`, `" a ,b\n 1 ,\n"`},
	"b64":   {`"aGVsbG8="`, `"aGVsbG8"`, `"!!"`, `""`, `"/+8="`, `"_-8="`, `"aGVs\nbG8="`},
	"enc":   {`"UTF-8"`, `"UTF-16LE"`, `"ISO-8859-1"`, `"UTF-16BE"`, `"utf-8"`, `"US-ASCII"`, `"UTF-16"`},
	"space": {`"dns"`, `"url"`, `"oid"`, `"x500"`, `"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`, `"nope"`, `"6BA7B8109DAD11D180B400C04FD430C8"`},
	"base":  {"2", "8", "10", "16", "36", "62", "1", "63", "10.5"},
	"digit": {`"ff"`, `"101"`, `"-7f"`, `"z"`, `""`, `"12"`, `"+5"`, `"1.5"`, `" 1"`, `"0x1f"`, `"1_000"`},
	"path":  {`"a/b.txt"`, `"/a/b/"`, `"."`, `""`, `"a.txt"`, `"../x"`, `"nowhere.txt"`, `"~/x"`, `"d"`, `"d/c.txt"`, `"d/"`, `"//a"`, `"bin"`, `"./a.txt"`, `"d/../a.txt"`},
	"dir":   {`"d"`, `"d/"`, `"./d"`, `"/nowhere"`, `"d/../d"`, `"d/sub"`, `"${path.module}/d"`},
	"glob":  {`"*"`, `"**"`, `"*.txt"`, `"d/*.txt"`, `"{a,b}.txt"`, `"["`, `"**/*.{txt,tpl}"`, `"?.txt"`, `"[a-c].txt"`, `"d"`, `"**/c*"`, `"./*.txt"`, `"../d/*"`, `"[!a-c]*"`, `"*.{tpl,txt}"`, `"**/*"`, `"sub/**"`, `"\\c.txt"`, `"{c,sub/x}.*"`, `"[c-"`, `"*/"`, `""`, `"."`, `"../../*"`},
	"tmplf": {`"t.tpl"`, `"bad.tpl"`, `"a.txt"`, `"nowhere.tpl"`, `"fn.tpl"`, `"one.tpl"`},
	"key":   {`"a"`, `"k1"`, `"nope"`, `"b"`, `"n"`, `""`, "0", "local.nostr"},
	"place": {"0", "1", "7", "0.5", `"1"`, `"a"`, "local.none"}, // since Terraform 1.12 also negative
	"host":  {"0", "1", "5", "-1", "300", "1.5", `"7"`, "70000"},
	"bits":  {"0", "1", "8", "16", "33", "1.5", "200", "7"},
	"block": {`"10.1.2.3/16"`, `"fd00::/48"`, `"192.168.0.0/24"`, `"10.0.0.1/32"`, `"10.0.0.0"`}, // those from 0 on fail for no reason
	"index": {"0", "1", "-1", "2", "99", "0.5", `"0"`, `"a"`, "local.none"},
}

// narrow are the kinds of which nothing but the literals is good for a comparison: of the encodings those that matter are
// known (TF-080); beyond its prefix Terraform gives hosts and subnets that are none; since Terraform 1.12 a place may be negative.
var narrow = []string{"enc", "host", "bits", "place"}

// signatures are the pure functions of section 3.2 with what they take; an argument with "*" may be repeated, "?" may be
// left out.
var signatures = map[string]string{
	"abs": "num", "ceil": "num", "floor": "num", "log": "num num", "max": "num*", "min": "num*", "parseint": "digit base", "pow": "num num", "signum": "num", "sum": "seq",
	"chomp": "str", "endswith": "str str", "format": "fmt any*", "formatlist": "fmt any*", "indent": "num str", "join": "str seq*", "lower": "str", "regex": "regex str",
	"regexall": "regex str", "replace": "str slash subst", "split": "str str", "startswith": "str str", "strcontains": "str str", "strrev": "str", "substr": "str num num",
	"title": "str", "trim": "str str", "trimprefix": "str str", "trimsuffix": "str str", "trimspace": "str", "upper": "str",
	"alltrue": "seq", "anytrue": "seq", "chunklist": "seq num", "coalesce": "any*", "coalescelist": "seq*", "compact": "seq", "concat": "seq*", "contains": "seq any", "distinct": "seq",
	"element": "seq place", "flatten": "seq", "index": "seq any", "keys": "map", "length": "any", "lookup": "map key any?", "matchkeys": "seq seq seq", "merge": "map*", "one": "seq",
	"range": "num num? num?", "reverse": "seq", "setintersection": "seq*", "setproduct": "seq*", "setsubtract": "seq seq", "setunion": "seq*", "slice": "seq num num", "sort": "seq",
	"transpose": "map", "values": "map", "zipmap": "seq seq", "list": "any*", "map": "any*",
	"base64decode": "b64", "base64encode": "str", "csvdecode": "csv", "jsondecode": "json", "jsonencode": "any", "textdecodebase64": "b64 enc", "textencodebase64": "str enc",
	"urlencode": "str", "yamldecode": "yaml", "yamlencode": "any",
	"basename": "path", "dirname": "path", "file": "path", "fileexists": "path", "fileset": "dir glob", "filebase64": "path", "templatefile": "tmplf map", "abspath": "path", "pathexpand": "path",
	"formatdate": "datef time", "timeadd": "time durat", "timecmp": "time time",
	"base64sha256": "str", "base64sha512": "str", "md5": "str", "sha1": "str", "sha256": "str", "sha512": "str", "uuidv5": "space str",
	"filebase64sha256": "path", "filebase64sha512": "path", "filemd5": "path", "filesha1": "path", "filesha256": "path", "filesha512": "path",
	"cidrhost": "cidr host", "cidrnetmask": "cidr", "cidrsubnet": "cidr bits bits", "cidrsubnets": "block num*",
	"ephemeralasnull": "any", "issensitive": "any", "nonsensitive": "any", "sensitive": "any", "tobool": "any", "tolist": "any", "tomap": "map", "tonumber": "any", "toset": "seq", "tostring": "any",
	"can": "any", "try": "any*",
}

// makers are the functions by the kind of their results, as far as it is fixed.
var makers = map[string][]string{
	"num":  strings.Fields("abs ceil floor log max min parseint pow signum sum index length tonumber timecmp"),
	"str":  strings.Fields("chomp format indent join lower replace strrev substr title trim trimprefix trimsuffix trimspace upper base64decode base64encode jsonencode urlencode yamlencode textencodebase64 textdecodebase64 basename dirname file formatdate timeadd md5 sha1 sha256 sha512 base64sha256 base64sha512 uuidv5 cidrhost cidrnetmask cidrsubnet tostring filesha1 templatefile"),
	"bool": strings.Fields("endswith startswith strcontains alltrue anytrue contains fileexists can issensitive tobool"),
	"seq":  strings.Fields("formatlist regexall split chunklist coalescelist compact concat distinct flatten keys matchkeys range reverse setintersection setproduct setsubtract setunion slice sort values csvdecode cidrsubnets tolist toset fileset"),
	"map":  strings.Fields("merge transpose zipmap tomap"),
	"any":  strings.Fields("regex coalesce element lookup one jsondecode yamldecode nonsensitive sensitive ephemeralasnull try filebase64 filemd5 filesha256 filesha512 filebase64sha256 filebase64sha512 abspath pathexpand list map"),
}

func (g *grammar) pick(list []string) string { return list[g.IntN(len(list))] }

func (g *grammar) oneIn(n int) bool { return g.IntN(n) == 0 }

// expr writes an expression of a kind.
func (g *grammar) expr(kind string, depth int) string {
	if g.oneIn(12) && !slices.Contains(narrow, kind) {
		kind = g.pick(kinds)
	}
	if kind == "any" && !g.oneIn(4) {
		kind = g.pick(kinds)
	}
	if !slices.Contains(kinds, kind) { // a text of a special kind
		if depth > 0 && !slices.Contains(narrow, kind) && g.oneIn(8) {
			return g.expr("any", depth-1)
		}
		return g.pick(pools[kind])
	}
	if depth <= 0 || g.oneIn(6) {
		if len(g.names) > 0 && g.oneIn(2) {
			return g.pick(g.names) + g.pick([]string{"", "", "", ".n", "[0]", ".a"})
		}
		return g.pick(pools[kind])
	}
	d := depth - 1
	switch g.IntN(10) {
	case 0:
		return fmt.Sprintf("(%s ? %s : %s)", g.expr("bool", d), g.expr(kind, d), g.expr(kind, d))
	case 1:
		return g.access(kind, d)
	case 2, 3, 4, 5:
		return g.call(g.pick(makers[kind]), d)
	}
	switch kind {
	case "num":
		if g.oneIn(5) {
			return "-" + g.operand(kind, d)
		}
		return fmt.Sprintf("%s %s %s", g.operand(kind, d), g.pick(strings.Fields("+ - * / %")), g.operand(kind, d))
	case "bool":
		return g.logic(d)
	case "str":
		return g.template(d)
	case "seq":
		return g.sequence(d)
	case "map":
		return g.object(d)
	}
	return "null"
}

// operand writes an expression that binds.
func (g *grammar) operand(kind string, depth int) string { return "(" + g.expr(kind, depth) + ")" }

func (g *grammar) logic(d int) string {
	switch g.IntN(4) {
	case 0:
		return "!" + g.operand("bool", d)
	case 1:
		return fmt.Sprintf("%s %s %s", g.operand("num", d), g.pick(strings.Fields("< <= > >=")), g.operand("num", d))
	case 2:
		kind := g.pick(kinds)
		return fmt.Sprintf("%s %s %s", g.operand(kind, d), g.pick(strings.Fields("== !=")), g.operand(kind, d))
	}
	// Since Terraform 1.12 the left side may decide alone, and so it does here: the right side must not fail.
	return fmt.Sprintf("%s %s %s", g.operand("bool", d), g.pick(strings.Fields("&& ||")), g.pick(pools["bool"]))
}

// access takes a part of something.
func (g *grammar) access(kind string, d int) string {
	e := func() string { return g.expr(kind, d) }
	switch g.IntN(9) {
	case 0:
		return fmt.Sprintf("[%s, %s][%s]", e(), e(), g.expr("index", d))
	case 1:
		return fmt.Sprintf("{ a = %s, b = %s }.a", e(), e())
	case 2:
		return fmt.Sprintf("{ a = %s }[%s]", e(), g.expr("key", d))
	case 3:
		return g.operand("map", d) + "[" + g.expr("key", d) + "]"
	case 4:
		return g.operand("seq", d) + "[" + g.expr("index", d) + "]"
	case 5:
		return g.operand("any", d) + g.pick([]string{"[*]", ".*", "[*].n", ".*.n", "[*][0]", ".0", ".a", "[*].a.b", ".0.n", "[*].b", "[0].n", ".a.b[0].c"})
	case 6:
		return g.pick([]string{"local.objs[*].n", "local.objs.*.v", "local.deep.a.b[*].c", "local.obj[*]", "local.none[*]", "local.set[*]", "local.map[*]", "local.objs.1.n", "local.nostr[*]", "local.deep[\"a\"].b.0.c", "local.list[*]", "var.opt.c[*].d", "var.secrets.a", "var.secrets[*].b"})
	}
	return g.operand("seq", d) + "[" + g.expr("num", d) + "]"
}

// call writes a call of a function, now and then with the wrong number of arguments or a list spread out.
func (g *grammar) call(name string, d int) string {
	var args []string
	for _, p := range strings.Fields(signatures[name]) {
		kind := strings.TrimRight(p, "*?")
		switch n := 1; p[len(p)-1] {
		case '?':
			if g.oneIn(2) {
				continue
			}
			fallthrough
		default:
			args = append(args, g.expr(kind, d))
		case '*':
			for n = g.IntN(4); n > 0; n-- {
				args = append(args, g.expr(kind, d))
			}
			if name != "try" && g.oneIn(8) {
				args = append(args, g.expr("seq", d)+"...")
			}
		}
	}
	switch {
	case g.oneIn(60) && len(args) > 0:
		args = args[:len(args)-1]
	case g.oneIn(60):
		args = append(args, g.expr("any", d))
	}
	if g.oneIn(40) {
		name = "core::" + name
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// loop writes something with one or two loop variables in scope.
func (g *grammar) loop(write func(names string)) {
	g.loops++
	old := g.names
	names := []string{fmt.Sprintf("x%d", g.loops)}
	if g.oneIn(2) {
		names = []string{fmt.Sprintf("k%d", g.loops), names[0]}
	}
	g.names = append(slices.Clone(old), names...)
	write(strings.Join(names, ", "))
	g.names = old
}

func (g *grammar) collection(d int) string {
	return g.expr(g.pick([]string{"seq", "seq", "map", "any"}), d)
}

func (g *grammar) condition(d int) string {
	if g.oneIn(2) {
		return " if " + g.expr("bool", d)
	}
	return ""
}

func (g *grammar) sequence(d int) (out string) {
	switch g.IntN(4) {
	case 0, 1:
		items := make([]string, g.IntN(4))
		kind := g.pick(kinds)
		for i := range items {
			items[i] = g.expr(kind, d)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case 2:
		return g.operand("any", d) + "[*]"
	}
	coll := g.collection(d)
	g.loop(func(names string) {
		out = fmt.Sprintf("[for %s in %s : %s%s]", names, coll, g.expr("any", d), g.condition(d))
	})
	return out
}

func (g *grammar) object(d int) (out string) {
	if g.oneIn(2) {
		coll := g.collection(d)
		g.loop(func(names string) {
			dots := g.pick([]string{"", "", "..."})
			out = fmt.Sprintf("{ for %s in %s : %s => %s%s%s }", names, coll, g.expr("str", d), g.expr("any", d), dots, g.condition(d))
		})
		return out
	}
	items := make([]string, g.IntN(4))
	for i := range items {
		key := g.pick([]string{"a", "b", "n", "k1", `"k 1"`, "7", `"a"`, "(" + g.expr("str", d) + ")", `"x${1}"`, "true", "null"})
		items[i] = key + g.pick([]string{" = ", " = ", " : "}) + g.expr("any", d)
	}
	return "{ " + strings.Join(items, ", ") + " }"
}

// template writes a quoted template or a heredoc, with directives.
func (g *grammar) template(d int) string {
	heredoc := g.oneIn(4)
	var b strings.Builder
	for range 1 + g.IntN(3) {
		if heredoc {
			b.WriteString(g.pick([]string{"", "  ", "\t", "    "}))
		}
		g.part(&b, d, heredoc)
		if heredoc {
			b.WriteString("\n")
		}
	}
	if heredoc {
		return "(<<" + g.pick([]string{"E", "-E"}) + "\n" + b.String() + g.pick([]string{"", "  "}) + "E\n)"
	}
	return `"` + b.String() + `"`
}

func (g *grammar) part(b *strings.Builder, d int, heredoc bool) {
	tilde := func() string { return g.pick([]string{"", "", "~"}) }
	text := []string{"a", " ", "b c", "$$${x}", "%%{x}", "é", "$ ", "% ", "{}"}
	if !heredoc {
		text = append(text, `\n`, `\"`, `\t`, `\u00e9`)
	}
	b.WriteString(g.pick(text))
	switch g.IntN(5) {
	case 0:
		fmt.Fprintf(b, "%%{%s if %s %s}%s", tilde(), g.expr("bool", d), tilde(), g.pick(text))
		if g.oneIn(2) {
			fmt.Fprintf(b, "%%{%s else %s} ${%s} ", tilde(), tilde(), g.expr("str", d))
		}
		fmt.Fprintf(b, "%%{%s endif %s}", tilde(), tilde())
	case 1:
		coll := g.collection(d)
		g.loop(func(names string) {
			fmt.Fprintf(b, "%%{%s for %s in %s %s} %s${%s} %%{%s endfor %s}", tilde(), names, coll, tilde(), g.pick(text), g.expr("str", d), tilde(), tilde())
		})
	default:
		fmt.Fprintf(b, "${%s %s %s}", tilde(), g.expr(g.pick([]string{"str", "num", "any"}), d), tilde())
		b.WriteString(g.pick(text))
	}
}

// companions are the files that the expressions may read.
var companions = map[string]string{
	"main.tf": prelude, "a.txt": "hello\n", "bin": "\xff\xfe", "d/c.txt": "c", "d/e.tpl": "e", "d/sub/x.txt": "x", "d/.hidden": "h", "d/sub/y,z.txt": "y", "t.tpl": "${a}-%{ for x in b ~} ${x} %{ endfor ~}\n",
	"bad.tpl": "${", "fn.tpl": "${upper(jsonencode(a))}", "one.tpl": "${a}",
}
