package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// A versionDocument is "version --format json".
type versionDocument struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"` // of the commit
	Modified bool   `json:"modified"`       // whether files differed from the commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func versionCommand(p *process, f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "which edgecase this is",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := checkFormat(f, "text", "json"); err != nil {
				return err
			}
			info, _ := debug.ReadBuildInfo()
			doc := newVersionDocument(info)
			if f.format == "json" {
				return writeJSON(p.stdout, doc)
			}
			_, err := fmt.Fprintln(p.stdout, doc)
			return err
		},
	}
}

// newVersionDocument gathers what the binary knows of itself. info may be nil.
func newVersionDocument(info *debug.BuildInfo) *versionDocument {
	doc := &versionDocument{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info == nil {
		return doc
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			doc.Commit = s.Value
		case "vcs.time":
			doc.Time = s.Value
		case "vcs.modified":
			doc.Modified = s.Value == "true"
		}
	}
	return doc
}

// String is the line for people: "edgecase 0.3.0 (1a2b3c4d5e6f, modified, go1.26.1, linux/amd64)".
func (d *versionDocument) String() string {
	var parts []string
	if d.Commit != "" {
		parts = append(parts, d.Commit[:min(len(d.Commit), 12)])
	}
	if d.Modified {
		parts = append(parts, "modified")
	}
	parts = append(parts, d.Go, d.Platform)
	return "edgecase " + d.Version + " (" + strings.Join(parts, ", ") + ")"
}

// noArguments is the rule of commands that take none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageError(cmd.CommandPath()+" --help says what it takes", "%s takes no arguments, not %s", cmd.CommandPath(), strings.Join(args, " "))
}
