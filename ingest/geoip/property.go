package geoip

import (
	"strconv"
	"strings"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A property reads one property of a record; null if the record has not got it.
type property func(e *entry) (document.Value, error)

// An entry is what a database has about an address.
type entry struct {
	result maxminddb.Result
	doc    *document.Document
}

// decode reads the value at a path of the record, nil if there is none.
func decode[T any](e *entry, path ...any) (*T, error) {
	var v *T
	err := e.result.DecodePath(&v, path...)
	return v, err
}

func text(path ...any) property {
	return func(e *entry) (document.Value, error) {
		s, err := decode[string](e, path...)
		if err != nil || s == nil {
			return document.Null, err
		}
		return document.String(*s), nil
	}
}

func integer(path ...any) property {
	return func(e *entry) (document.Value, error) {
		n, err := decode[int32](e, path...)
		if err != nil || n == nil {
			return document.Null, err
		}
		return document.Integer(*n), nil
	}
}

func long(path ...any) property {
	return func(e *entry) (document.Value, error) {
		n, err := decode[int64](e, path...)
		if err != nil || n == nil {
			return document.Null, err
		}
		return document.Long(*n), nil
	}
}

// flag is false where the record does not say.
func flag(path ...any) property {
	return func(e *entry) (document.Value, error) {
		b, err := decode[bool](e, path...)
		return document.Boolean(b != nil && *b), err
	}
}

// flagOf is flag for something that has to be there itself.
func flagOf(present, flagged property) property {
	return func(e *entry) (document.Value, error) {
		if v, err := present(e); err != nil || v.IsNull() {
			return document.Null, err
		}
		return flagged(e)
	}
}

// maxmind are the properties of MaxMind's databases.
var maxmind = map[string]property{
	"country_in_european_union": flagOf(text("country", "iso_code"), flag("country", "is_in_european_union")),
	"country_iso_code":          text("country", "iso_code"),
	"country_name":              text("country", "names", "en"),
	"continent_code":            text("continent", "code"),
	"continent_name":            text("continent", "names", "en"),
	"region_iso_code":           regionISOCode,
	"region_name":               text("subdivisions", -1, "names", "en"),
	"city_name":                 text("city", "names", "en"),
	"timezone":                  text("location", "time_zone"),
	"location":                  location,
	"postal_code":               text("postal", "code"),
	"accuracy_radius":           integer("location", "accuracy_radius"),

	"registered_country_in_european_union": flagOf(text("registered_country", "iso_code"), flag("registered_country", "is_in_european_union")),
	"registered_country_iso_code":          text("registered_country", "iso_code"),
	"registered_country_name":              text("registered_country", "names", "en"),

	"asn":                   long("autonomous_system_number"),
	"organization_name":     text("autonomous_system_organization"),
	"isp":                   text("isp"),
	"isp_organization_name": text("organization"),
	"mobile_country_code":   text("mobile_country_code"),
	"mobile_network_code":   text("mobile_network_code"),
	"connection_type":       text("connection_type"),
	"domain":                text("domain"),
	"hosting_provider":      flag("is_hosting_provider"),
	"tor_exit_node":         flag("is_tor_exit_node"),
	"anonymous_vpn":         flag("is_anonymous_vpn"),
	"anonymous":             flag("is_anonymous"),
	"public_proxy":          flag("is_public_proxy"),
	"residential_proxy":     flag("is_residential_proxy"),
}

// enterpriseTraits are the properties of the Enterprise database: those of a
// city, with what other databases have at the top below "traits".
var enterpriseTraits = func() map[string]property {
	out := map[string]property{
		"country_confidence":    integer("country", "confidence"),
		"city_confidence":       integer("city", "confidence"),
		"postal_confidence":     integer("postal", "confidence"),
		"user_type":             text("traits", "user_type"),
		"asn":                   long("traits", "autonomous_system_number"),
		"organization_name":     text("traits", "autonomous_system_organization"),
		"isp":                   text("traits", "isp"),
		"isp_organization_name": text("traits", "organization"),
		"mobile_country_code":   text("traits", "mobile_country_code"),
		"mobile_network_code":   text("traits", "mobile_network_code"),
		"connection_type":       text("traits", "connection_type"),
		"domain":                text("traits", "domain"),
		"hosting_provider":      flag("traits", "is_hosting_provider"),
		"tor_exit_node":         flag("traits", "is_tor_exit_node"),
		"anonymous_vpn":         flag("traits", "is_anonymous_vpn"),
		"anonymous":             flag("traits", "is_anonymous"),
		"public_proxy":          flag("traits", "is_public_proxy"),
		"residential_proxy":     flag("traits", "is_residential_proxy"),
	}
	for name, p := range maxmind {
		if _, ok := out[name]; !ok {
			out[name] = p
		}
	}
	return out
}()

// regionISOCode is the ISO 3166-2 code of the most specific subdivision.
func regionISOCode(e *entry) (document.Value, error) {
	country, err := decode[string](e, "country", "iso_code")
	if err != nil || country == nil {
		return document.Null, err
	}
	region, err := decode[string](e, "subdivisions", -1, "iso_code")
	if err != nil || region == nil {
		return document.Null, err
	}
	return document.String(*country + "-" + *region), nil
}

func location(e *entry) (document.Value, error) {
	lat, err := decode[float64](e, "location", "latitude")
	if err != nil || lat == nil {
		return document.Null, err
	}
	lon, err := decode[float64](e, "location", "longitude")
	if err != nil || lon == nil {
		return document.Null, err
	}
	return e.point(*lat, *lon), nil
}

func (e *entry) point(lat, lon float64) document.Value {
	m := e.doc.NewMap()
	m.Put("lat", document.Double(lat))
	m.Put("lon", document.Double(lon))
	return document.MapOf(m)
}

// ipinfo are the properties of IPinfo's databases, in which everything is text.
var ipinfo = map[string]property{
	"asn":               ipinfoNumber,
	"organization_name": text("name"),
	"domain":            text("domain"),
	"type":              text("type"),
	"country_iso_code":  text("country"),
	"country_name":      text("country_name"),
	"continent_code":    text("continent"),
	"continent_name":    text("continent_name"),
	"region_name":       text("region"),
	"city_name":         text("city"),
	"timezone":          text("timezone"),
	"postal_code":       text("postal_code"),
	"location":          ipinfoLocation,
	"hosting":           ipinfoFlag("hosting"),
	"tor":               ipinfoFlag("tor"),
	"proxy":             ipinfoFlag("proxy"),
	"relay":             ipinfoFlag("relay"),
	"vpn":               ipinfoFlag("vpn"),
	"service":           ipinfoService,
}

// ipinfoNumber takes the AS off an AS number.
func ipinfoNumber(e *entry) (document.Value, error) {
	s, err := decode[string](e, "asn")
	if err != nil || s == nil {
		return document.Null, err
	}
	digits := strings.TrimSpace(strings.ReplaceAll(strings.ToUpper(*s), "AS", ""))
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return document.Null, nil //nolint:nilerr // what is no number is left out
	}
	return document.Long(n), nil
}

func ipinfoLocation(e *entry) (document.Value, error) {
	var point [2]float64
	for i, name := range [...]string{"latitude", "longitude"} {
		s, err := decode[string](e, name)
		if err != nil || s == nil {
			return document.Null, err
		}
		var ok bool
		if point[i], ok = document.ParseFloat(*s, 64); !ok {
			return document.Null, nil
		}
	}
	return e.point(point[0], point[1]), nil
}

// ipinfoFlag takes an empty text for false.
func ipinfoFlag(name string) property {
	return func(e *entry) (document.Value, error) {
		s, err := decode[string](e, name)
		if err != nil || s == nil {
			return document.Null, err
		}
		switch strings.ToLower(strings.TrimSpace(*s)) {
		case "true":
			return document.Boolean(true), nil
		case "false", "":
			return document.Boolean(false), nil
		}
		return document.Null, nil
	}
}

func ipinfoService(e *entry) (document.Value, error) {
	s, err := decode[string](e, "service")
	if err != nil || s == nil || strings.TrimSpace(*s) == "" {
		return document.Null, err
	}
	return document.String(*s), nil
}
