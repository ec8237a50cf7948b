package config

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
	"edgecase/config/terraform"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// associations are what runs at the events of a behavior (TF-150, TF-151), in the order of events.
func (f fields) associations() []cloudfront.Association {
	var out []cloudfront.Association
	for _, a := range f.all("function_association") {
		v, _ := a.value("function_arn")
		out = append(out, cloudfront.Association{
			EventType: cloudfront.EventType(a.word("event_type", "")),
			Kind:      cloudfront.CloudFrontFunction,
			ARN:       a.text("function_arn"),
			Function:  f.d.edgeFunction(v),
			Source:    a.source(),
			Sources:   a.sources(),
		})
	}
	for _, a := range f.all("lambda_function_association") {
		v, _ := a.value("lambda_arn")
		out = append(out, cloudfront.Association{
			EventType:   cloudfront.EventType(a.word("event_type", "")),
			Kind:        cloudfront.LambdaFunction,
			ARN:         a.text("lambda_arn"),
			IncludeBody: a.boolean("include_body", false),
			Function:    f.d.lambdaFunction(v),
			Source:      a.source(),
			Sources:     a.sources(),
		})
	}
	events := []cloudfront.EventType{
		cloudfront.ViewerRequest, cloudfront.OriginRequest, cloudfront.OriginResponse, cloudfront.ViewerResponse}
	slices.SortStableFunc(out, func(a, b cloudfront.Association) int {
		return cmp.Compare(slices.Index(events, a.EventType), slices.Index(events, b.EventType))
	})
	return out
}

// edgeFunction finds the aws_cloudfront_function behind an ARN (TF-163): by reference, through the data source that asks
// for its name (TF-197), or by the name in a literal ARN.
func (d *decoder) edgeFunction(v cty.Value) *cloudfront.Function {
	const typ = "aws_cloudfront_function"
	if v == cty.NilVal {
		return nil
	}
	if e := d.directory.pick(v, typ); e != nil {
		return d.decodedFunction(e)
	}
	var names []string
	for _, data := range d.directory.referred(v, "data."+typ) {
		names = append(names, data.argument("name"))
	}
	if text, known := standInText(v); known {
		if _, name, ok := strings.Cut(text, ":function/"); ok {
			names = append(names, name)
		}
	}
	for _, name := range names {
		if e := d.directory.named(name, typ, (*entity).configuredName); e != nil {
			return d.decodedFunction(e)
		}
	}
	return nil
}

func (d *decoder) decodedFunction(e *entity) *cloudfront.Function {
	if fn := d.functions[e.address]; fn != nil {
		return fn
	}
	f := d.evaluated(e)
	fn := &cloudfront.Function{
		Address: e.address,
		Name:    firstOf(f.str("name"), e.name),
		Runtime: f.word("runtime", ""),
		Source:  d.sourceOf(e.at),
	}
	if code, ok := f.value("code"); ok {
		// The code runs, so it has the stand-ins' texts in it, not their addresses (TF-170).
		fn.Code, _ = standInText(code)
		fn.File = d.fileBehind(fn.Code, f.Text)
	}
	d.functions[e.address] = fn
	d.stores(f)
	return fn
}

// stores evaluates the key value stores of a function and their keys, so that what is wrong with them is said (TF-165,
// TF-166).
func (d *decoder) stores(f fields) {
	const typ = "aws_cloudfront_key_value_store"
	for _, v := range f.values("key_value_store_associations") {
		store := d.directory.pick(v, typ)
		if store == nil {
			continue
		}
		d.evaluated(store)
		for _, keys := range []string{"aws_cloudfrontkeyvaluestore_key", "aws_cloudfrontkeyvaluestore_keys_exclusive"} {
			for _, e := range d.directory.all(keys) {
				arn, _ := e.Argument("key_value_store_arn")
				if of := d.directory.pick(arn, typ); of != nil && of.address == store.address {
					d.evaluated(e)
				}
			}
		}
	}
}

// maxCode is the size above which a file is not held against a function's code: CloudFront takes 10 KB.
const maxCode = 1 << 20

// fileBehind returns the file that a function's code came from, or "" if the code stands in the Terraform text
// (TF-164): the file that holds the same text, else the only one whose name stands in the block, a template.
func (d *decoder) fileBehind(code, block string) string {
	var mentioned []string
	for _, name := range d.directory.read() {
		info, err := os.Stat(name)
		if ext := filepath.Ext(name); err != nil || !info.Mode().IsRegular() || ext == ".tf" || ext == ".tfvars" {
			continue
		}
		if info.Size() <= maxCode {
			if b, err := terraform.ReadFile(name, maxCode); err == nil && len(b) > 0 && string(b) == code {
				return nearPath(name)
			}
		}
		if strings.Contains(block, filepath.Base(name)) {
			mentioned = append(mentioned, name)
		}
	}
	if len(mentioned) == 1 {
		return nearPath(mentioned[0])
	}
	return ""
}

// nearPath is a path as diagnostics print it: relative to the working directory where that is shorter.
func nearPath(path string) string {
	if near, err := filepath.Rel(workingDirectory(), path); err == nil && len(near) < len(path) {
		return near
	}
	return path
}

// lambdaFunction finds the aws_lambda_function behind an ARN (TF-210, TF-211): by reference, also where ARN and version
// were joined by hand, else by the name in the ARN.
func (d *decoder) lambdaFunction(v cty.Value) *cloudfront.Function {
	if v == cty.NilVal {
		return nil
	}
	var e *entity
	if referred := d.directory.referred(v, "aws_lambda_function"); len(referred) > 0 {
		e = referred[0]
	} else if parts := strings.Split(textOf(v).Value, ":"); len(parts) >= 7 {
		e = d.lambdaNamed(parts[6])
	} else if data := d.directory.referred(v, "data.aws_lambda_function"); len(data) > 0 {
		e = d.lambdaNamed(data[0].argument("function_name"))
	} else {
		e = d.directory.only(v, "aws_lambda_function")
	}
	if e == nil {
		return nil
	}
	if fn := d.functions[e.address]; fn != nil {
		return fn
	}
	f := d.lenient(e)
	fn := &cloudfront.Function{
		Address: e.address,
		Name:    firstOf(f.str("function_name"), e.name),
		Runtime: f.str("runtime"),
		Handler: f.str("handler"),
		Source:  d.sourceOf(e.at),
	}
	fn.File, fn.Code = d.lambdaCode(e, f)
	d.functions[e.address] = fn
	return fn
}

func (d *decoder) lambdaNamed(name string) *entity {
	return d.directory.named(name, "aws_lambda_function", func(e *entity) string { return e.argument("function_name") })
}

// lenient evaluates a Lambda function. Of it the distribution needs name, handler and code; the rest may wait for a build,
// as the hash of an archive does that is not there yet, and is no reason to refuse the distribution (TF-040).
func (d *decoder) lenient(e *entity) fields {
	block, diags := e.Evaluate()
	for _, diag := range diags {
		weaker := *diag
		weaker.Severity = hcl.DiagWarning
		d.diags = append(d.diags, &weaker)
	}
	return fields{block, d}
}

// lambdaCode returns the file or directory that a Lambda function is made of: what its archive packs, where an
// archive_file of the directory makes the archive, else the archive itself (TF-211). Of an archive that is made of texts it
// returns the text with the handler.
func (d *decoder) lambdaCode(e *entity, f fields) (file, code string) {
	v, ok := f.value("filename")
	if !ok {
		return "", ""
	}
	for _, archive := range d.archives(e, f, v) {
		if path := firstOf(archive.argument("source_file"), archive.argument("source_dir")); path != "" {
			return d.local(path), ""
		}
		if text := d.packed(archive, f.str("handler")); text != "" {
			return "", text
		}
	}
	text, known := standInText(v)
	if !known || text == "" {
		return "", ""
	}
	return d.local(text), ""
}

// local is a file's name as it is opened from the working directory: Terraform's relative names start from the root
// module (TF-044).
func (d *decoder) local(path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(d.dir, path)
	}
	return nearPath(path)
}

// packed returns the text with the handler of an archive_file that is made of texts: the one whose name is the handler's
// up to its ending, else the first.
func (d *decoder) packed(archive *entity, handler string) string {
	if text := archive.argument("source_content"); text != "" {
		return text
	}
	f := d.lenient(archive)
	module, _, _ := strings.Cut(handler, ".")
	first := ""
	for _, s := range f.all("source") {
		content, _ := s.value("content")
		text, known := standInText(content)
		if !known {
			continue
		}
		name := s.str("filename")
		if strings.TrimSuffix(name, filepath.Ext(name)) == module {
			return text
		}
		first = firstOf(first, text)
	}
	return first
}

var archiveReference = regexp.MustCompile(`\b(data\.)?archive_file\.[A-Za-z0-9_-]+`)

// archives are the archive_files that a function's filename is made of. Their output_path is configured, so its value
// does not say where it came from; the text of the function's block may.
func (d *decoder) archives(e *entity, f fields, filename cty.Value) []*entity {
	found := d.directory.referred(filename, "archive_file", "data.archive_file")
	module := e.address[:max(0, strings.LastIndex(e.address, e.typ+"."))]
	for _, address := range archiveReference.FindAllString(f.Text, -1) {
		if archive := d.directory.find(module + address); archive != nil {
			found = append(found, archive)
		}
	}
	return found
}
