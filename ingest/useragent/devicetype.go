package useragent

import (
	"regexp"
	"slices"
	"strings"
)

// The kinds of devices.
const (
	robot   = "Robot"
	tablet  = "Tablet"
	phone   = "Phone"
	desktop = "Desktop"
	other   = "Other"
)

// deviceType is what Elasticsearch adds to a device with extract_device_type: it
// looks at the whole text, then at what browser, system and device are called.
// The last disagree at times; a robot counts before a tablet, that before a
// phone, and a desktop last.
func deviceType(text string, a *Agent) string {
	if kind := kindOfText(text); kind != "" {
		return kind
	}
	var kinds []string
	if a.OS != nil {
		kinds = append(kinds, kindOfOS(a.OS.Name))
	}
	if a.Browser != nil {
		kinds = append(kinds, kindOfBrowser(a.Browser.Name))
	}
	if a.Device != nil && tabletDevice.MatchString(a.Device.Name) {
		kinds = append(kinds, tablet)
	}
	for _, kind := range [...]string{robot, tablet, phone, desktop} {
		if slices.Contains(kinds, kind) {
			return kind
		}
	}
	return other
}

var tabletDevice = regexp.MustCompile(`Tablet|iPad|FireOS|Crosswalk|Kindle|SM-[TP]\d|GT-P\d|Asus Nexus \d|Lenovo TB`)

func kindOfText(text string) string {
	switch {
	case containsAny(text, "Synthetic", "Scanner", "Crawler", "Site24x7", "PagePeeker", "SpeedCurve", "Google Web Preview", "SiteChecker", "Parser"):
		return robot
	case strings.Contains(text, "Tablet"):
		return tablet
	}
	return ""
}

func kindOfOS(name string) string {
	switch {
	case isRobot(name):
		return robot
	case oneOf(name, "Windows", "Windows NT", "Linux", "Fedora", "Ubuntu"), startsWith(name, "Mac OS X", "Chrome OS"):
		return desktop
	case oneOf(name, "Android", "Sailfish"), startsWith(name, "iOS", "Windows Phone", "Firefox OS", "BlackBerry OS", "KaiOS", "Maemo"):
		return phone
	case startsWith(name, "Windows XP", "Windows 7", "Windows 10", "FreeBSD", "OpenBSD", "Arch Linux", "Solaris", "NetBSD", "SUSE", "SunOS", "BeOS/Haiku"):
		return desktop
	case isTablet(name):
		return tablet
	}
	return ""
}

func kindOfBrowser(name string) string {
	switch {
	case isRobot(name):
		return robot
	case oneOf(name, "Chrome", "Chromium", "Edge", "Firefox", "IE", "Maxthon", "Opera", "Safari", "SeaMonkey", "Vivaldi", "Yandex Browser"):
		return desktop
	case name == "Chrome Mobile",
		startsWith(name, "Chrome Mobile iOS", "Firefox Mobile", "Firefox iOS", "Edge Mobile", "Android", "Facebook", "Instagram", "IE Mobile"),
		startsWith(name, "BlackBerry WebKit", "OktaMobile", "Sailfish Browser", "Amazon Silk", "Pinterest", "Flipboard"):
		return phone
	case isTablet(name):
		return tablet
	}
	return ""
}

func isRobot(name string) bool {
	return containsAny(name, "Bot", "bot", "spider", "Spider", "Crawler", "crawler", "AppEngine-Google")
}

func isTablet(name string) bool { return containsAny(name, "Tablet", "iPad", "FireOS", "Crosswalk") }

func containsAny(s string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(s, part) })
}

func startsWith(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(s, prefix) })
}

func oneOf(s string, names ...string) bool { return slices.Contains(names, s) }
