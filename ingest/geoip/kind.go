package geoip

import (
	"slices"
	"strings"
)

// A kind is a kind of database: its properties in the order Elasticsearch lists
// them, and those it has by default.
type kind struct {
	vendor     map[string]property
	properties []string
	defaults   []string
}

func words(s string) []string { return strings.Fields(s) }

var (
	cityDefaults = words("country_iso_code country_name continent_name region_iso_code region_name city_name location")

	registered = ` registered_country_in_european_union registered_country_iso_code registered_country_name`
	anonymity  = ` hosting_provider tor_exit_node anonymous_vpn anonymous public_proxy residential_proxy`

	city = &kind{
		vendor: maxmind,
		properties: words(`ip country_in_european_union country_iso_code country_name continent_code continent_name
			region_iso_code region_name city_name timezone location postal_code accuracy_radius` + registered),
		defaults: cityDefaults,
	}
	country = &kind{
		vendor: maxmind,
		properties: words(`ip country_in_european_union country_iso_code country_name continent_code
			continent_name` + registered),
		defaults: words("continent_name country_name country_iso_code"),
	}
	asn = &kind{
		vendor:     maxmind,
		properties: words("ip asn organization_name network"),
		defaults:   words("ip asn organization_name network"),
	}
	anonymousIP = &kind{
		vendor:     maxmind,
		properties: words("ip" + anonymity),
		defaults:   words(anonymity),
	}
	connectionType = &kind{
		vendor:     maxmind,
		properties: words("ip connection_type"),
		defaults:   words("connection_type"),
	}
	domain = &kind{
		vendor:     maxmind,
		properties: words("ip domain"),
		defaults:   words("domain"),
	}
	enterprise = &kind{
		vendor: enterpriseTraits,
		properties: words(`ip country_confidence country_in_european_union country_iso_code country_name continent_code
			continent_name region_iso_code region_name city_confidence city_name timezone location asn organization_name
			network` + anonymity + ` domain isp isp_organization_name mobile_country_code mobile_network_code connection_type
			user_type postal_code postal_confidence accuracy_radius` + registered),
		defaults: cityDefaults,
	}
	isp = &kind{
		vendor:     maxmind,
		properties: words("ip asn organization_name network isp isp_organization_name mobile_country_code mobile_network_code"),
		defaults:   words("ip asn organization_name network isp isp_organization_name mobile_country_code mobile_network_code"),
	}

	ipinfoASN = &kind{
		vendor:     ipinfo,
		properties: words("ip country_iso_code asn organization_name network domain type"),
		defaults:   words("ip asn organization_name network"),
	}
	ipinfoCity = &kind{
		vendor:     ipinfo,
		properties: words("ip country_iso_code region_name city_name timezone location postal_code"),
		defaults:   words("country_iso_code region_name city_name location"),
	}
	ipinfoCountry = &kind{
		vendor:     ipinfo,
		properties: words("ip country_iso_code country_name continent_code continent_name"),
		defaults:   words("continent_name country_name country_iso_code"),
	}
	ipinfoPrivacy = &kind{
		vendor:     ipinfo,
		properties: words("ip hosting tor proxy relay vpn service"),
		defaults:   words("hosting tor proxy relay vpn service"),
	}
)

// maxmindKinds are found by the end of the database type, such as GeoLite2-City.
var maxmindKinds = map[string]*kind{
	"-City": city, "-Country": country, "-ASN": asn, "-Anonymous-IP": anonymousIP, "-Connection-Type": connectionType,
	"-Domain": domain, "-Enterprise": enterprise, "-ISP": isp,
}

// kindOf returns the kind of a database type, nil if it is not supported.
func kindOf(databaseType string) *kind {
	if isIPinfo(databaseType) {
		return ipinfoKind(strings.ToLower(databaseType))
	}
	for suffix, k := range maxmindKinds {
		if strings.HasSuffix(databaseType, suffix) {
			return k
		}
	}
	return nil
}

func isIPinfo(databaseType string) bool {
	return strings.HasPrefix(strings.ToLower(databaseType), "ipinfo")
}

// ipinfoKind guesses from the words in a type such as
// "ipinfo standard_location.mmdb", whose form IPinfo does not promise.
func ipinfoKind(databaseType string) *kind {
	parts := strings.FieldsFunc(databaseType, func(r rune) bool { return r == ' ' || r == '_' || r == '.' })
	parts = slices.DeleteFunc(parts, func(s string) bool {
		return slices.Contains([]string{"ipinfo", "extended", "free", "generic", "ip", "sample", "standard", "mmdb"}, s)
	})
	name := strings.Join(parts, "_")
	switch {
	case strings.Contains(databaseType, "extended"), strings.Contains(name, "country_asn"):
		return nil
	case strings.Contains(name, "asn"):
		return ipinfoASN
	case strings.Contains(name, "country"):
		return ipinfoCountry
	case strings.Contains(name, "location"):
		return ipinfoCity
	case strings.Contains(name, "privacy"):
		return ipinfoPrivacy
	}
	return nil
}
