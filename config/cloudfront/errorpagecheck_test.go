package cloudfront

import "testing"

func TestErrorResponseProblems(t *testing.T) {
	response := func(code, returned int, page string) func(*Distribution) {
		return func(d *Distribution) {
			e := &d.ErrorResponses[0]
			e.ErrorCode, e.ResponseCode, e.ResponsePagePath = code, returned, page
		}
	}
	tests := []complaint{
		{name: "page hides an application", rule: "REQ-462", edit: func(d *Distribution) {
			for i, code := range []int{403, 404, 500} {
				d.ErrorResponses = append(d.ErrorResponses[:i], ErrorResponse{ErrorCode: code, ResponseCode: 200,
					ResponsePagePath: "/index.html", Source: line(110 + i)})
			}
		}, want: []string{
			`warning REQ-462 project :110 Error page in place of an application's answers. A custom_error_response is for the whole distribution: a 403 or 404 that the application behind "/api/*" answers becomes 200 with /index.html, too. Let a function on the behavior of the pages rewrite paths instead, or keep the status.`,
		}},
		{name: "page of the application itself", rule: "REQ-462", edit: func(d *Distribution) {
			d.ErrorResponses[0].ResponseCode, d.ErrorResponses[0].ResponsePagePath = 200, "/api/404"
		}},
		{name: "cannot have a page", rule: "REQ-430", edit: response(401, 401, "/401.html"), want: []string{
			`error REQ-430 documented :111 Invalid error_code. 401 cannot have an error page. The statuses that can are 400, 403, 404, 405, 414, 416, 500, 501, 502, 503 and 504.`,
			`error REQ-431 documented :112 Invalid response_code. An error page cannot be returned with status 401. Choose 200, or one of 400, 403, 404, 405, 414, 416, 500, 501, 502, 503 and 504.`,
		}},
		{name: "may be cached", rule: "REQ-432", edit: response(415, 0, "")},
		{name: "not known", rule: "REQ-432", edit: response(429, 0, ""), want: []string{
			`warning REQ-432 inferred :111 Invalid error_code. CloudFront probably refuses a custom_error_response for 429. It knows those for 400, 403, 404, 405, 414, 416, 500, 501, 502, 503 and 504.`,
		}},
		{name: "returned with", rule: "REQ-431", edit: response(404, 302, "/404.html"), want: []string{
			`error REQ-431 documented :112 Invalid response_code. An error page cannot be returned with status 302. Choose 200, or one of 400, 403, 404, 405, 414, 416, 500, 501, 502, 503 and 504.`,
		}},
		{name: "no page", rule: "REQ-433", edit: without("response_page_path", response(404, 200, "")), want: []string{
			`warning REQ-433 inferred :112 response_code without response_page_path. The two are given together or not at all. Add the page, or remove response_code.`,
		}},
		{name: "no status", rule: "REQ-433", edit: without("response_code", response(404, 0, "/404.html")), want: []string{
			`warning REQ-433 inferred :113 response_page_path without response_code. The two are given together or not at all. Add response_code = 404 to keep the status.`,
		}},
		{name: "status to come", rule: "REQ-433", edit: response(404, 0, "/404.html")},
		{name: "nothing known", rule: "REQ-433", edit: func(d *Distribution) {
			e := ErrorResponse{ResponsePagePath: "/404.html"}
			d.ErrorResponses = []ErrorResponse{e, e}
		}},
		{name: "no slash", rule: "REQ-434", edit: response(404, 404, "404.html"), want: []string{
			`error REQ-434 documented :113 Invalid response_page_path. The path of an error page begins with a slash, unlike "404.html". Write "/404.html".`,
		}},
		{name: "twice", rule: "REQ-434", edit: func(d *Distribution) { d.ErrorResponses[1].ErrorCode = 404 }, want: []string{
			`error REQ-434 documented :120 Duplicate custom error response. There is one custom_error_response for each error_code, and 404 has another (cloudfront.tf:110). Remove one of the two.`,
		}},
	}
	for _, tt := range tests {
		tt.run(t)
	}
}

// without takes an argument from the error response for 404.
func without(argument string, edit func(*Distribution)) func(*Distribution) {
	return func(d *Distribution) {
		edit(d)
		delete(d.ErrorResponses[0].Sources, argument)
	}
}
