package main

import (
	"fmt"
	"io"
	"strings"
)

// An annotation is one of GitHub's workflow commands: it shows a message beside a line of a pull request.
type annotation struct {
	level                  string // error, warning, notice
	file                   string // "" where no line is meant
	line, column           int    // counted from 1; 0 where it is not known
	title, message, detail string
}

// The characters that a workflow command escapes: of messages, and in addition of properties.
var (
	escapeMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeAnnotations writes workflow commands: ::error file=cloudfront.tf,line=45,title=route-misrouted::message.
func writeAnnotations(w io.Writer, list []annotation) error {
	for _, a := range list {
		var properties []string
		add := func(name, value string) {
			if value != "" && value != "0" {
				properties = append(properties, name+"="+escapeProperty.Replace(printable(value)))
			}
		}
		add("file", a.file)
		add("line", fmt.Sprint(a.line))
		add("col", fmt.Sprint(a.column))
		add("title", a.title)
		message := a.message
		if a.detail != "" {
			message += "\n" + a.detail
		}
		head := "::" + a.level
		if len(properties) > 0 {
			head += " " + strings.Join(properties, ",")
		}
		if _, err := fmt.Fprintf(w, "%s::%s\n", head, escapeMessage.Replace(printableLines(message))); err != nil {
			return err
		}
	}
	return nil
}
