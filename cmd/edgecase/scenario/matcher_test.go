package scenario

import (
	"regexp"
	"strings"
	"testing"
)

func TestMatcher(t *testing.T) {
	tests := []struct {
		name    string
		matcher Matcher
		text    string
		there   bool
		want    bool
		says    string
	}{
		{"equal", Matcher{text: "a"}, "a", true, true, `"a"`},
		{"not equal", Matcher{text: "a"}, "A", true, false, `"a"`},
		{"equal to nothing", Matcher{}, "", false, false, `""`},
		{"matching", Matcher{how: matching, regexp: regexp.MustCompile("^a.c$")}, "abc", true, true, `matching "^a.c$"`},
		{"not matching", Matcher{how: matching, regexp: regexp.MustCompile("^a.c$")}, "abcd", true, false, `matching "^a.c$"`},
		{"containing", Matcher{how: containing, text: "b"}, "abc", true, true, `containing "b"`},
		{"not containing", Matcher{how: containing, text: "x"}, "abc", true, false, `containing "x"`},
		{"one of", Matcher{how: oneOf, oneOf: []string{"200", "204"}}, "204", true, true, "200 or 204"},
		{"none of", Matcher{how: oneOf, oneOf: []string{"200", "204"}}, "404", true, false, "200 or 204"},
		{"present", Matcher{how: present}, "", true, true, "present"},
		{"not present", Matcher{how: present}, "", false, false, "present"},
		{"absent", Matcher{how: absent}, "", false, true, "absent"},
		{"not absent", Matcher{how: absent}, "", true, false, "absent"},
		{"path of a URL", Matcher{text: "/a?b", path: true}, "https://x:1/a?b", true, true, `"/a?b"`},
		{"path of a host", Matcher{text: "/", path: true}, "https://x", true, true, `"/"`},
		{"path of a path", Matcher{text: "/a", path: true}, "/a", true, true, `"/a"`},
		{"URL", Matcher{text: "https://x/a", path: true}, "https://y/a", true, false, `"https://x/a"`},
		{"no URL", Matcher{text: "/a"}, "https://x/a", true, false, `"/a"`},
		{"long", Matcher{text: strings.Repeat("é", 200)}, "", true, false, `"` + strings.Repeat("é", 150) + `"… (400 bytes)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.matcher.match(tt.text, tt.there); got != tt.want {
				t.Errorf("match is %t, want %t", got, tt.want)
			}
			if got := tt.matcher.String(); got != tt.says {
				t.Errorf("it says %s, want %s", got, tt.says)
			}
		})
	}
}

func TestValueAt(t *testing.T) {
	const document = `{"user": {"email": "a@b", "tags": ["x", {"y": 1.50}], "first name": null}, "n": 12345678901234567890, "": true}`
	tests := []struct{ path, want, err string }{
		{"user.email", "a@b", ""},
		{"$.user.email", "a@b", ""},
		{"user.tags[0]", "x", ""},
		{"user.tags[1].y", "1.50", ""},
		{"user.tags[1]", `{"y":1.50}`, ""},
		{`user["first name"]`, "null", ""},
		{"n", "12345678901234567890", ""},
		{"$.n", "12345678901234567890", ""},
		{"user.tags[2]", "nothing", ""},
		{"user.tags.y", "nothing", ""},
		{"user[0]", "nothing", ""},
		{"user.email.x", "nothing", ""},
		{"user..email", "", "a name is missing"},
		{"user.tags[", "", "a bracket is not closed"},
		{"user.tags[x]", "", `"x" is no index`},
		{"user.tags[0]y", "", "a dot is missing"},
		{"$user", "", "a dot is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			got, _, there, err := valueAt([]byte(document), tt.path)
			if !there && err == nil {
				got = "nothing"
			}
			if err != nil && err.Error() != tt.err || err == nil && (tt.err != "" || got != tt.want) {
				t.Errorf("%s, error %v; want %s, error %s", got, err, tt.want, tt.err)
			}
		})
	}
	for _, bad := range []string{"", "{", "{} {}", "<html>"} {
		if _, _, _, err := valueAt([]byte(bad), "a"); err == nil {
			t.Errorf("%q is taken for JSON", bad)
		}
	}
}
