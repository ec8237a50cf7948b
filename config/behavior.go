package config

import (
	"edgecase/config/cloudfront"
)

// behavior decodes default_cache_behavior or one ordered_cache_behavior (TF-140 to TF-153).
func (f fields) behavior() *cloudfront.Behavior {
	b := &cloudfront.Behavior{
		Pattern:                f.pattern(),
		TargetOriginID:         f.must("target_origin_id"),
		ViewerProtocolPolicy:   cloudfront.ViewerProtocolPolicy(f.word("viewer_protocol_policy", string(cloudfront.AllowAll))),
		AllowedMethods:         f.sorted("allowed_methods"),
		CachedMethods:          f.sorted("cached_methods"),
		Compress:               f.boolean("compress", false),
		SmoothStreaming:        f.boolean("smooth_streaming", false),
		GRPC:                   f.first("grpc_config").boolean("enabled", false),
		CachePolicy:            f.cachePolicy(),
		OriginRequestPolicy:    f.originRequestPolicy(),
		ResponseHeadersPolicy:  f.responseHeadersPolicy(),
		TrustedKeyGroups:       f.keyGroups(),
		TrustedSigners:         f.strings("trusted_signers"),
		Associations:           f.associations(),
		FieldLevelEncryptionID: f.text("field_level_encryption_id"),
		RealtimeLogConfigARN:   f.text("realtime_log_config_arn"),
		Source:                 f.source(),
		Sources:                f.sources(),
		Each:                   f.Each,
		Block:                  f.Text,
	}
	f.d.unsupported("behavior", f)
	return b
}

// pattern is TF-140. The default behavior has the pattern "*" (REQ-041).
func (f fields) pattern() cloudfront.PathPattern {
	if f.Type == "default_cache_behavior" {
		return cloudfront.MustParsePathPattern("*")
	}
	v, ok := f.value("path_pattern")
	if !ok {
		return cloudfront.PathPattern{} // missing: the evaluator has said so
	}
	text := textOf(v)
	if len(text.From) > 0 {
		f.d.warn(f.at("path_pattern"), "TF-232", "Path pattern known only after apply",
			"path_pattern is made of %s, which is not known here: it is %q here, and requests are not routed as they "+
				"will be.%s", from(v), text.Value, f.d.supply(v))
	}
	p, err := cloudfront.ParsePathPattern(text.Value)
	if err != nil && !text.Known {
		// The names of what it is made of may be longer than the pattern will be.
		p, err = cloudfront.ParsePathPattern(placeholder.ReplaceAllLiteralString(text.Value, "{unknown}"))
	}
	if err != nil {
		f.d.refuse(f.at("path_pattern"), "REQ-052", "Invalid path pattern", "%s.", sentence(err.Error()))
	}
	return p.Ordered()
}
