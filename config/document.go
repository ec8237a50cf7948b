package config

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
)

// IsDocument reports whether a path is a file with JSON in it that is no Terraform configuration: what terraform show or
// AWS has written.
func IsDocument(path string) bool {
	if strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".tf.json") {
		return false
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	if strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".tfstate") || strings.HasSuffix(path, ".tfplan") {
		return true
	}
	head, err := terraform.ReadHead(path, 64)
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	return err == nil && (bytes.HasPrefix(text, []byte("{")) || bytes.HasPrefix(head, []byte("PK\x03\x04")))
}

// loadDocument decodes the distributions of a JSON document.
func loadDocument(path string, opts Options) (*Loaded, hcl.Diagnostics) {
	l := &Loaded{Config: &cloudfront.Config{}, Dir: path, Files: map[string]*hcl.File{}, Read: []string{path}}
	doc, diags := terraform.ReadDocument(path)
	if doc == nil {
		return l, diags
	}
	if f := doc.File(); f != nil {
		l.Files[doc.Name] = f
	}
	p := newProvider()
	var s *terraform.Shown
	root := doc.Root
	kind := kindOf(root)
	switch kind {
	case plan, state:
		s = terraform.Show(doc, p)
		diags = append(diags, incompletePlan(doc)...)
	case distributionConfig:
		var beside []string
		s, beside = readAWS(doc, path, p)
		l.Read = append(l.Read, beside...)
	default:
		return l, append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Unknown kind of JSON", Subject: doc.Range(root).Ptr(),
			Detail: fmt.Sprintf("%s is %s. %s", doc.Name, kind, expectedDocument), Extra: Rule("TF-240"),
		})
	}
	p.find = s.Resource
	resources, _ := s.Resources(distributionType)
	d := newDecoder(newDirectory(s, func() []string { return nil }))
	d.dir = filepath.Dir(path)
	d.directory.kind = kind
	diags = l.decode(d, resources, opts, diags, func() *hcl.Diagnostic {
		return &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "No distribution", Subject: doc.Range(root).Ptr(), Extra: Rule("TF-260"),
			Detail: fmt.Sprintf("No %s in %s: %s were read.", distributionType, doc.Name, count(s.Count(), "resource")),
		}
	})
	return l, distinct(diags)
}

const expectedDocument = "edgecase reads what these print: terraform show -json PLANFILE, terraform show -json, " +
	"aws cloudfront get-distribution-config --id ID, aws cloudfront get-distribution --id ID."

// A documentKind is what a JSON document is; one that cannot be read describes itself in words.
type documentKind string

const (
	plan               documentKind = "a plan"
	state              documentKind = "a state"
	distributionConfig documentKind = "a distribution's configuration"
)

// kindOf tells documents apart by their members (TF-240, TF-250).
func kindOf(root *terraform.Node) documentKind {
	has := func(names ...string) bool { return !root.Get(names...).IsNull() }
	switch {
	case has("planned_values"):
		return plan
	case has("resource_changes"): // of a plan that somebody has cut down
		return plan
	case has("format_version") && !has("provider_schemas") && !has("valid"):
		return state // without values where nothing has been applied
	case apiDistribution(root) != nil:
		return distributionConfig
	case has("DistributionList"):
		return "a list of distributions, which leaves most settings out; take one with aws cloudfront get-distribution-config --id ID"
	case has("lineage"), has("serial") && has("resources"):
		return "a state as Terraform stores it; print it with terraform show -json"
	case has("@level"), has("@message"):
		return "the log of terraform plan -json; save the plan with -out=FILE and print that with terraform show -json FILE"
	case has("provider_schemas"):
		return "a list of provider schemas"
	case has("AWSTemplateFormatVersion"), has("Resources"):
		return "a CloudFormation template"
	}
	return "JSON of another kind"
}

// incompletePlan warns of a plan that failed half way.
func incompletePlan(doc *terraform.Document) hcl.Diagnostics {
	if failed := doc.Root.Get("errored"); failed.IsTrue() {
		return hcl.Diagnostics{{
			Severity: hcl.DiagWarning, Summary: "Plan with errors", Subject: doc.Range(failed).Ptr(), Extra: Rule("TF-240"),
			Detail: "Terraform wrote this plan after an error, so some of it is missing.",
		}}
	}
	return nil
}
