// Package geoiptest writes small databases of every kind for tests.
package geoiptest

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/stretchr/testify/require"
)

type (
	object = mmdbtype.Map
	text   = mmdbtype.String
)

// A network is a range of addresses with what a database has about it.
type network struct {
	cidr   string
	record object
}

func named(code, name string) object {
	return object{"iso_code": text(code), "code": text(code), "names": object{"en": text(name), "de": text("-")}}
}

var (
	linkoping = object{
		"city":               object{"names": object{"en": text("Linköping")}, "confidence": mmdbtype.Uint16(80)},
		"continent":          named("EU", "Europe"),
		"country":            object{"iso_code": text("SE"), "is_in_european_union": mmdbtype.Bool(true), "names": object{"en": text("Sweden")}, "confidence": mmdbtype.Uint16(99)},
		"registered_country": named("NO", "Norway"),
		"location": object{
			"latitude": mmdbtype.Float64(58.4167), "longitude": mmdbtype.Float64(15.6167), "time_zone": text("Europe/Stockholm"),
			"accuracy_radius": mmdbtype.Uint16(76),
		},
		"postal":       object{"code": text("582 11"), "confidence": mmdbtype.Uint16(20)},
		"subdivisions": mmdbtype.Slice{named("X", "Somewhere"), named("E", "Östergötland County")},
		"traits": object{
			"autonomous_system_number": mmdbtype.Uint32(29518), "autonomous_system_organization": text("Bredband2 AB"), "isp": text("Bredband2"),
			"organization": text("Bredband2 Org"), "domain": text("bredband2.com"), "connection_type": text("Cable/DSL"), "user_type": text("residential"),
			"mobile_country_code": text("240"), "mobile_network_code": text("01"), "is_anonymous": mmdbtype.Bool(true),
		},
	}
	isp = object{
		"autonomous_system_number": mmdbtype.Uint32(1221), "autonomous_system_organization": text("Telstra Pty Ltd"),
		"isp": text("Telstra Internet"), "organization": text("Telstra"), "mobile_country_code": text("505"), "mobile_network_code": text("001"),
	}
	nothing = object{"is_nothing": mmdbtype.Bool(true)}
)

// databases are the files by name, each with its type.
var databases = map[string]struct {
	kind     string
	networks []network
}{
	"GeoLite2-City.mmdb": {"GeoLite2-City", []network{
		{"89.160.20.112/28", linkoping},
		{"2a02:cf40::/29", object{"country": named("NO", "Norway"), "continent": named("EU", "Europe")}},
		{"9.0.0.0/8", nothing},
	}},
	"GeoLite2-Country.mmdb": {"GeoLite2-Country", []network{{"89.160.20.112/28", linkoping}}},
	"GeoLite2-ASN.mmdb":     {"GeoLite2-ASN", []network{{"1.128.0.0/11", isp}, {"2600:6000::/20", isp}}},
	"Anonymous-IP.mmdb":     {"GeoIP2-Anonymous-IP", []network{{"81.2.69.0/24", object{"is_anonymous": mmdbtype.Bool(true), "is_tor_exit_node": mmdbtype.Bool(true)}}}},
	"Connection-Type.mmdb":  {"GeoIP2-Connection-Type", []network{{"1.0.0.0/24", object{"connection_type": text("Cellular")}}}},
	"Domain.mmdb":           {"GeoIP2-Domain", []network{{"1.2.0.0/16", object{"domain": text("maxmind.com")}}}},
	"Enterprise.mmdb":       {"GeoIP2-Enterprise", []network{{"89.160.20.112/28", linkoping}}},
	"ISP.mmdb":              {"GeoIP2-ISP", []network{{"1.128.0.0/11", isp}}},
	"ipinfo_asn.mmdb": {"ipinfo standard_asn.mmdb", []network{
		{"5.182.109.0/24", object{"asn": text("AS24940"), "country": text("DE"), "domain": text("hetzner.com"), "name": text("Hetzner"), "type": text("hosting")}},
		{"6.0.0.0/8", object{"asn": text("none"), "name": text("No Number")}},
	}},
	"ipinfo_country.mmdb": {"ipinfo country.mmdb", []network{
		{"4.0.0.0/8", object{"continent": text("NA"), "continent_name": text("North America"), "country": text("US"), "country_name": text("United States")}},
	}},
	"ipinfo_location.mmdb": {"ipinfo standard_location.mmdb", []network{
		{"4.0.0.0/8", object{
			"city": text("Monroe"), "country": text("US"), "latitude": text("32.5093"), "longitude": text("-92.1193"), "postal_code": text("71203"),
			"region": text("Louisiana"), "timezone": text("America/Chicago"),
		}},
		{"6.0.0.0/8", object{"country": text("US"), "latitude": text("x"), "longitude": text("1")}},
	}},
	"ipinfo_privacy.mmdb": {"ipinfo standard_privacy.mmdb", []network{
		{"4.0.0.0/8", object{"hosting": text(""), "tor": text("true"), "proxy": text("false"), "relay": text("odd"), "vpn": text("TRUE"), "service": text("")}},
		{"6.0.0.0/8", object{"service": text("FastVPN")}},
	}},
	"Other.mmdb":    {"Some-Other", []network{{"4.0.0.0/8", nothing}}},
	"Extended.mmdb": {"ipinfo extended_asn.mmdb", []network{{"4.0.0.0/8", nothing}}},
}

// Write writes the databases to a folder of the test and returns it.
func Write(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, db := range databases {
		write(t, filepath.Join(dir, name), db.kind, db.networks)
	}
	return dir
}

func write(t testing.TB, path, kind string, networks []network) {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind, RecordSize: 24, IncludeReservedNetworks: true, BuildEpoch: 1})
	require.NoError(t, err)
	for _, n := range networks {
		_, ipNet, err := net.ParseCIDR(n.cidr)
		require.NoError(t, err)
		require.NoError(t, tree.Insert(ipNet, n.record))
	}
	f, err := os.Create(path)
	require.NoError(t, err)
	_, err = tree.WriteTo(f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}
