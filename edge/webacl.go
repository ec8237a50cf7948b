package edge

import "context"

// webacl says that AWS WAF would decide here; it is not emulated (REQ-521).
var webacl = Stage{"web ACL", func(_ context.Context, x *Exchange) Verdict {
	if x.Distribution.WebACLID.Value == "" {
		return Verdict{Action: Skip}
	}
	return Verdict{
		Why:    why("web_acl_id is set and not enforced"),
		Rule:   "REQ-521",
		Source: x.Distribution.Sources["web_acl_id"],
	}
}}
