package policy

import "strings"

// device makes a generator of a test on the viewer's User-Agent: devices are told by the viewer's own, even though the
// origin sees "Amazon CloudFront" (REQ-239).
func device(is func(userAgent string) bool) func(*Viewer) string {
	return func(v *Viewer) string {
		if is(v.Fields.Get("User-Agent")) {
			return "true"
		}
		return "false"
	}
}

// The tests are the local values of REQ-238; several may hold at once. A client that is nothing else, a script among
// them, counts as desktop (OBS-089).

func isAndroid(ua string) bool { return strings.Contains(ua, "Android") }

func isIOS(ua string) bool {
	return strings.Contains(ua, "iPhone") || strings.Contains(ua, "iPad") || strings.Contains(ua, "iPod")
}

func isMobile(ua string) bool { return strings.Contains(ua, "Mobi") }

func isSmartTV(ua string) bool {
	return strings.Contains(ua, "SmartTV") || strings.Contains(ua, "Tizen") || strings.Contains(ua, "Web0S")
}

func isTablet(ua string) bool {
	return strings.Contains(ua, "iPad") || isAndroid(ua) && !strings.Contains(ua, "Mobile")
}

func isDesktop(ua string) bool { return !isMobile(ua) && !isTablet(ua) && !isSmartTV(ua) }
