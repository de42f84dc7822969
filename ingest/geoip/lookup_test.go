package geoip_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/geoip"
	"github.com/sluice-otel/sluice/ingest/geoip/geoiptest"
)

func TestEveryKindOfDatabase(t *testing.T) {
	dbs := geoip.NewDatabases(geoiptest.Write(t))
	for _, c := range []struct {
		file, ip   string
		properties []string
		want       string
	}{
		{"GeoLite2-Country.mmdb", "89.160.20.112", nil, `{"continent_name":"Europe","country_name":"Sweden","country_iso_code":"SE"}`},
		{"GeoLite2-Country.mmdb", "89.160.20.112", []string{"registered_country_in_european_union", "registered_country_name"}, `{"registered_country_in_european_union":false,"registered_country_name":"Norway"}`},
		{"GeoLite2-City.mmdb", "2a02:cf40::1", []string{"registered_country_in_european_union", "location", "region_iso_code"}, `null`},
		{"Anonymous-IP.mmdb", "81.2.69.1", nil, `{"hosting_provider":false,"tor_exit_node":true,"anonymous_vpn":false,"anonymous":true,"public_proxy":false,"residential_proxy":false}`},
		{"Connection-Type.mmdb", "1.0.0.1", nil, `{"connection_type":"Cellular"}`},
		{"Domain.mmdb", "1.2.3.4", []string{"ip", "domain"}, `{"ip":"1.2.3.4","domain":"maxmind.com"}`},
		{"ISP.mmdb", "1.128.0.1", nil, `{"ip":"1.128.0.1","asn":1221,"organization_name":"Telstra Pty Ltd","network":"1.128.0.0/11","isp":"Telstra Internet","isp_organization_name":"Telstra","mobile_country_code":"505","mobile_network_code":"001"}`},
		{"Enterprise.mmdb", "89.160.20.112", nil, `{"country_iso_code":"SE","country_name":"Sweden","continent_name":"Europe","region_iso_code":"SE-E","region_name":"Östergötland County","city_name":"Linköping","location":{"lat":58.4167,"lon":15.6167}}`},
		{
			"Enterprise.mmdb", "89.160.20.112",
			[]string{"country_confidence", "city_confidence", "postal_confidence", "asn", "isp", "isp_organization_name", "domain", "connection_type", "user_type", "anonymous", "mobile_country_code"},
			`{"country_confidence":99,"city_confidence":80,"postal_confidence":20,"asn":29518,"isp":"Bredband2","isp_organization_name":"Bredband2 Org","domain":"bredband2.com","connection_type":"Cable/DSL","user_type":"residential","anonymous":true,"mobile_country_code":"240"}`,
		},
		{"ipinfo_asn.mmdb", "5.182.109.1", []string{"country_iso_code", "domain", "type"}, `{"country_iso_code":"DE","domain":"hetzner.com","type":"hosting"}`},
		{"ipinfo_asn.mmdb", "6.0.0.1", []string{"asn", "organization_name"}, `{"organization_name":"No Number"}`},
		{"ipinfo_country.mmdb", "4.0.0.1", nil, `{"continent_name":"North America","country_name":"United States","country_iso_code":"US"}`},
		{"ipinfo_location.mmdb", "4.0.0.1", nil, `{"country_iso_code":"US","region_name":"Louisiana","city_name":"Monroe","location":{"lat":32.5093,"lon":-92.1193}}`},
		{"ipinfo_location.mmdb", "6.0.0.1", []string{"location", "timezone"}, `null`},
		{"ipinfo_privacy.mmdb", "4.0.0.1", nil, `{"hosting":false,"tor":true,"proxy":false,"vpn":true}`},
		{"ipinfo_privacy.mmdb", "6.0.0.1", nil, `{"service":"FastVPN"}`},
		{"ipinfo_privacy.mmdb", "7.0.0.1", nil, `null`},
	} {
		db, err := dbs.Get(c.file)
		require.NoError(t, err)
		l, err := geoip.NewLookup(db, c.properties, false)
		require.NoError(t, err, c.file)
		assert.JSONEq(t, c.want, find(t, l, c.ip), c.file)
	}
}

func find(t *testing.T, l *geoip.Lookup, ip string) string {
	t.Helper()
	require.True(t, l.Available())
	v, err := l.Find(document.New(time.Time{}), netip.MustParseAddr(ip))
	require.NoError(t, err)
	return string(v.AppendJSON(nil))
}

func TestAFileThatAppearsOrChangesIsUsedAfterRefresh(t *testing.T) {
	from, dir := geoiptest.Write(t), t.TempDir()
	install := func(name string, at time.Time) {
		data, err := os.ReadFile(filepath.Join(from, name))
		require.NoError(t, err)
		path := filepath.Join(dir, "db.mmdb")
		require.NoError(t, os.WriteFile(path+".new", data, 0o600))
		require.NoError(t, os.Rename(path+".new", path))
		require.NoError(t, os.Chtimes(path, at, at))
	}
	dbs := geoip.NewDatabases(dir)
	db, err := dbs.Get("db.mmdb")
	require.NoError(t, err)
	l, err := geoip.NewLookup(db, nil, false)
	require.NoError(t, err)
	assert.False(t, l.Available())

	install("Domain.mmdb", time.Unix(1, 0))
	require.NoError(t, dbs.Refresh())
	assert.JSONEq(t, `{"domain":"maxmind.com"}`, find(t, l, "1.2.3.4"))

	install("GeoLite2-ASN.mmdb", time.Unix(2, 0))
	assert.JSONEq(t, `{"domain":"maxmind.com"}`, find(t, l, "1.2.3.4"), "not before Refresh")
	require.NoError(t, dbs.Refresh())
	assert.JSONEq(t, `{"ip":"1.128.0.1","asn":1221,"organization_name":"Telstra Pty Ltd","network":"1.128.0.0/11"}`, find(t, l, "1.128.0.1"))

	require.NoError(t, os.WriteFile(filepath.Join(dir, "db.mmdb"), []byte("broken"), 0o600))
	require.ErrorContains(t, dbs.Refresh(), "db.mmdb")
	assert.NotEqual(t, "null", find(t, l, "1.128.0.1"), "what was there stays")
}

func TestAFileThatChangesItsKindFailsDocuments(t *testing.T) {
	dir := geoiptest.Write(t)
	dbs := geoip.NewDatabases(dir)
	db, err := dbs.Get("Domain.mmdb")
	require.NoError(t, err)
	l, err := geoip.NewLookup(db, []string{"domain"}, false)
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(dir, "ISP.mmdb"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Domain.mmdb"), data, 0o600))
	require.NoError(t, dbs.Refresh())
	_, err = l.Find(document.New(time.Time{}), netip.MustParseAddr("1.128.0.1"))
	require.ErrorContains(t, err, "[properties] illegal property value [domain]")
}

func TestAFileThatIsNoDatabaseIsAnError(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x.mmdb"), []byte("x"), 0o600))
	_, err := geoip.NewDatabases(dir).Get("x.mmdb")
	require.ErrorContains(t, err, "open database")
}

// The databases the expectations of integration packages were made with.
func TestTheDatabasesOfElasticPackage(t *testing.T) {
	data := os.Getenv("SLUICE_DATA")
	if data == "" {
		t.Skip("SLUICE_DATA does not name the folder of the test data")
	}
	db, err := geoip.NewDatabases(filepath.Join(data, "ingest", "geoip")).Get("GeoLite2-City.mmdb")
	require.NoError(t, err)
	l, err := geoip.NewLookup(db, nil, true)
	require.NoError(t, err)
	assert.JSONEq(t, `{"continent_name":"Europe","country_name":"Sweden","country_iso_code":"SE","city_name":"Linköping",
		"region_iso_code":"SE-E","region_name":"Östergötland County","location":{"lat":58.4167,"lon":15.6167}}`, find(t, l, "89.160.20.112"))
}

func BenchmarkLookup(b *testing.B) {
	db, err := geoip.NewDatabases(geoiptest.Write(b)).Get("GeoLite2-City.mmdb")
	require.NoError(b, err)
	l, err := geoip.NewLookup(db, nil, true)
	require.NoError(b, err)
	d, ip := document.New(time.Time{}), netip.MustParseAddr("89.160.20.112")
	b.ReportAllocs()
	for b.Loop() {
		d.Reset(time.Time{})
		if _, err := l.Find(d, ip); err != nil {
			b.Fatal(err)
		}
	}
}
