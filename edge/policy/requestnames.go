package policy

// RequestNames returns the names of the headers, in lower case, that CloudFront treats in ways of their own and that
// policies can have forwarded to the origin or kept from it: with them, the names that policies hold, and one other,
// whoever compares two policies has all that can differ.
func RequestNames() []string {
	var names []string
	for _, r := range requestHeaders() {
		if r.listable != nowhere {
			names = append(names, r.name)
		}
	}
	return names
}
