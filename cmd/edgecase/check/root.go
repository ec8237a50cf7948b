package check

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"edgecase/config/cloudfront"
)

var (
	rootObjectSlash = &Rule{
		Name: "root-object-slash", Title: "default_root_object begins with a slash", Severity: Warning,
		Why: "CloudFront puts the value behind the slash of the root, so that the origin is asked for //index.html: for a bucket that is " +
			"another key, which it does not have.",
		Example: `default_root_object = "/index.html"`,
		Fix:     `Write default_root_object = "index.html".`,
		Cites:   []string{"REQ-174"},
	}
	rootObjectMissing = &Rule{
		Name: "root-object-missing", Title: "a site in a bucket has no default_root_object", Severity: Warning,
		Why:     "A bucket's REST endpoint takes a request for / as one to list its objects: viewers get 403, or the list.",
		Example: `an aws_s3_object with the key "index.html", and a distribution without default_root_object`,
		Fix:     `Write default_root_object = "index.html".`,
		Cites:   []string{"REQ-170", "REQ-391"},
	}
	rootObjectApplication = &Rule{
		Name: "root-object-application", Title: "an application is asked for the default root object in place of /", Severity: Warning,
		Why: "default_root_object turns / into /index.html for whichever origin answers /. A bucket has such a file; an application has " +
			"a page for / and answers 404 to /index.html.",
		Example: `default_root_object = "index.html", and a default behavior in front of an application`,
		Fix:     "Remove default_root_object, or send / to the bucket by a behavior of its own.",
		Cites:   []string{"REQ-170", "REQ-182", "T37"},
	}
	noDirectoryIndex = &Rule{
		Name: "no-directory-index", Title: "a bucket has pages in folders, and nothing adds index.html to the folder's path", Severity: Warning,
		Why: "default_root_object is for the root alone, and a bucket's REST endpoint knows no index documents: /docs/ asks for the key docs/, " +
			"which is not there, and viewers get 403 or the error page.",
		Example: `a file docs/index.html in the bucket, and a request for /docs/`,
		Fix:     "Rewrite paths that end with a slash in a viewer-request function, or use the bucket's website endpoint as a custom origin.",
		Cites:   []string{"REQ-172", "T11"},
	}
	websiteUnused = &Rule{
		Name: "website-unused", Title: "a bucket is configured as a website, and asked by its REST endpoint", Severity: Note,
		Why: "Index documents, error documents and redirects of the website configuration are for the website endpoint alone. " +
			"CloudFront asks the REST endpoint here, which knows none of them.",
		Example: `aws_s3_bucket_website_configuration, and domain_name = aws_s3_bucket.site.bucket_regional_domain_name`,
		Fix: "Remove the website configuration, and let default_root_object, custom_error_response and a function do its work; or use " +
			"the website endpoint as a custom origin, over http.",
		Cites: []string{"REQ-172", "REQ-381", "T11"},
	}
)

func rootTraps() []trap {
	return []trap{
		{[]*Rule{rootObjectSlash, rootObjectMissing, rootObjectApplication}, (*view).rootObject},
		{[]*Rule{noDirectoryIndex, websiteUnused}, (*view).directoryIndex},
	}
}

// rootObject finds what goes wrong with the path "/".
func (v *view) rootObject() []Finding {
	b, _ := v.Choose("/")
	object, at := v.DefaultRootObject, argument(v.Sources, "default_root_object", v.Source)
	if !v.routed(b) || !v.settled(at) || strings.Contains(object, "{") || b.Association(cloudfront.ViewerRequest) != nil {
		return nil
	}
	o := v.origin(b)
	w := v.witness("GET", "/")
	w.Shows = Claim{Behavior: b, Origin: o}
	f := Finding{At: at, Witness: w}
	switch {
	case strings.HasPrefix(object, "/"):
		f.Rule, f.Message = rootObjectSlash, fmt.Sprintf("%s is asked for /%s in place of /", o.ID, object)
		if name := strings.TrimLeft(object, "/"); name != "" {
			f.Fix = Fix{Where: "In " + v.Address, HCL: fmt.Sprintf("default_root_object = %q", name)}
		}
		if url := askedFor(v.ask(w)); strings.HasSuffix(url, "/"+object) {
			w.Shows.OriginURL = url
		}
	case object == "" && v.bucket(b) && v.site(o):
		f.Rule = rootObjectMissing
		f.Message = fmt.Sprintf("/ asks the bucket %s for the list of its objects: there is no default_root_object", o.ID)
		f.Fix = Fix{Where: "In " + v.Address, HCL: `default_root_object = "index.html"`}
	case object != "" && v.application(b) && b.Allows("POST"):
		w.Shows.Supposing = answer(404)
		if v.hinted(w, "T37") == nil {
			return nil
		}
		f.Rule = rootObjectApplication
		f.Message = fmt.Sprintf("/ asks the application %s for /%s", o.ID, object)
		f.Fix = Fix{Where: "Remove default_root_object, or give / a behavior of its own in front of a bucket"}
	default:
		return nil
	}
	return []Finding{f}
}

// site reports whether there is a sign that a bucket holds a site: its index, or a page that stands for all paths.
func (v *view) site(o *cloudfront.Origin) bool {
	for _, e := range v.ErrorResponses {
		if e.ResponseCode == 200 && path.Ext(e.ResponsePagePath) == ".html" {
			return true
		}
	}
	return o.Bucket != nil && (o.Bucket.Website != nil && o.Bucket.Website.IndexDocument != "" ||
		slices.ContainsFunc(o.Bucket.Objects, func(object *cloudfront.Object) bool { return object.Key == "index.html" }))
}

// directoryIndex is T11: pages in folders of a bucket, which nobody finds by the folder's name.
func (v *view) directoryIndex() []Finding {
	var found []Finding
	told := map[*cloudfront.Origin]bool{}
	for i, b := range v.Behaviors {
		o := v.origin(b)
		if v.paths[i] == "" || !v.bucket(b) || !v.routed(b) || rewritten(b) || told[o] {
			continue
		}
		if f := v.folderOf(i, b); f != nil {
			told[o], found = true, append(found, *f)
			continue
		}
		if w := website(o.Bucket); w != "" {
			told[o] = true
			found = append(found, Finding{
				Rule: websiteUnused, of: o.ID.String(), At: argument(o.Sources, "domain_name", o.Source), Related: []Related{{o.Bucket.Source, "the bucket"}},
				Message: fmt.Sprintf("%s is asked by the REST endpoint of %s, where its website's %s has no effect", o.ID, o.Bucket.Address, w),
				Fix:     Fix{Where: "Remove the website configuration, or use the website endpoint"},
			})
		}
	}
	return found
}

// website says what a website configuration asks for.
func website(b *cloudfront.Bucket) string {
	switch {
	case b == nil || b.Website == nil:
		return ""
	case b.Website.RedirectAllRequestsTo != "":
		return "redirect to " + b.Website.RedirectAllRequestsTo
	case b.Website.IndexDocument != "":
		return "index document " + b.Website.IndexDocument
	}
	return ""
}

// folderOf finds a folder with an index that a behavior's requests can ask for.
func (v *view) folderOf(i int, b *cloudfront.Behavior) *Finding {
	o := v.origin(b)
	var keys []string
	if o.Bucket != nil {
		for _, object := range o.Bucket.Objects {
			keys = append(keys, object.Key)
		}
	}
	if v.Files != nil {
		keys = append(keys, v.Files(o)...)
	}
	slices.Sort(keys)
	for _, key := range keys {
		if path.Base(key) != "index.html" || !strings.Contains(key, "/") || cloudfront.PatternOf("/"+key) != "/"+key {
			continue
		}
		folder, within := strings.CutPrefix("/"+strings.TrimSuffix(key, "index.html"), o.OriginPath)
		if !within || folder == "/" || !v.Region(i).Contains(folder) || slices.Contains(keys, strings.TrimPrefix(folder, "/")) {
			continue
		}
		w := v.witness("GET", folder)
		w.Shows = Claim{Behavior: b, Origin: o}
		if v.hinted(w, "T11") == nil {
			continue
		}
		return &Finding{
			Rule: noDirectoryIndex, of: o.ID.String(), At: argument(o.Sources, "domain_name", o.Source), Witness: w,
			Message: fmt.Sprintf("%s has %s, and nothing finds it for %s: a REST endpoint has no index documents", o.ID, key, folder),
			Fix:     Fix{Where: "In a viewer-request function of " + b.Name(), HCL: indexFunction},
		}
	}
	return nil
}

// indexFunction is what people put in front of a bucket with folders.
const indexFunction = `resource "aws_cloudfront_function" "index" {
  name    = "index"
  runtime = "cloudfront-js-2.0"
  code    = <<-EOT
    function handler(event) {
      var request = event.request;
      if (request.uri.endsWith("/")) request.uri += "index.html";
      return request;
    }
  EOT
}`
