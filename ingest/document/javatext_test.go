package document_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/document"
)

// The wanted texts are OpenJDK's; those of Double.toString that JDK 19 changed
// (JDK-4511638: 1.0E23, and 1.1754944E-38 for Float) are as it prints them since.
func TestDoubleToString(t *testing.T) {
	for want, f := range map[string]float64{
		"0.0": 0, "-0.0": math.Copysign(0, -1), "1.0": 1, "0.1": 0.1, "100.0": 100, "1234567.0": 1234567,
		"0.001": 1e-3, "9.999E-4": 9.999e-4, "1.0E-4": 1e-4, "-1.0E-5": -1e-5,
		"9999999.999": 9999999.999, "1.0E7": 1e7, "1.2345678E7": 12345678, "1.0E10": 1e10, "1.23456789125E8": 123456789.125,
		"1.0E21": 1e21, "1.0E23": 1e23, "9.007199254740992E15": 9007199254740993,
		"4.9E-324": math.SmallestNonzeroFloat64, "2.0E-323": 2e-323, "2.2250738585072014E-308": 2.2250738585072014e-308,
		"1.7976931348623157E308": math.MaxFloat64, "NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1),
	} {
		assert.Equal(t, want, document.Double(f).Text())
	}
}

func TestFloatToString(t *testing.T) {
	for want, f := range map[string]float32{
		"0.0": 0, "0.1": 0.1, "3.3": 3.3, "9999999.0": 9999999, "1.0E7": 1e7, "1.6777216E7": 16777216, "9.99E-4": 9.99e-4,
		"1.0E-10": 1e-10, "3.4028235E38": math.MaxFloat32, "1.4E-45": math.SmallestNonzeroFloat32, "1.1754944E-38": 1.17549435e-38,
	} {
		assert.Equal(t, want, document.Float(f).Text())
	}
}

func TestZonedDateTimeToString(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for want, at := range map[string]time.Time{
		"2026-01-02T03:04Z":                        time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC),
		"2026-01-02T03:04:05Z":                     time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"2026-01-02T03:04:05.678Z":                 time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC),
		"2026-01-02T03:04:05.678900Z":              time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.UTC),
		"2026-01-02T03:04:00.000001Z":              time.Date(2026, 1, 2, 3, 4, 0, 1000, time.UTC),
		"2026-01-02T03:04:05.000000001+02:00":      time.Date(2026, 1, 2, 3, 4, 5, 1, time.FixedZone("", 7200)),
		"2026-07-02T03:04:05+02:00[Europe/Berlin]": time.Date(2026, 7, 2, 3, 4, 5, 0, berlin),
		"+12026-01-02T03:04Z":                      time.Date(12026, 1, 2, 3, 4, 0, 0, time.UTC),
		"0026-01-02T03:04Z":                        time.Date(26, 1, 2, 3, 4, 0, 0, time.UTC),
	} {
		assert.Equal(t, want, document.DateTime(at).Text())
	}
}

func TestContainersToString(t *testing.T) {
	d := parse(t, `{"b":[1,"x",null,[true],{"k":1.0}],"a":"","big":18446744073709551615,"empty":{}}`)
	assert.Equal(t, `{a=, big=18446744073709551615, b=[1, x, null, [true], {k=1.0}], empty={}}`, document.MapOf(d.Source()).Text())
}

// The orders are those in which OpenJDK 17 iterated over a HashMap with these
// keys put in, over it with the first three removed again, and over a table
// just large enough for these, filled in the same order.
func TestMapsIterateInTheOrderOfAJavaHashMap(t *testing.T) {
	for _, c := range []struct{ keys, order, removed, copied string }{
		{"a b c d e f", "a b c d e f", "d e f", "d e f"},
		{
			"TGT renewable forwardable proxiable name reserved",
			"TGT reserved renewable name proxiable forwardable",
			"reserved name proxiable",
			"name proxiable reserved",
		},
		{
			"one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
			"nine six one seven two three thirteen eight fourteen four twelve eleven ten five",
			"nine six seven thirteen eight fourteen four twelve eleven ten five",
			"nine six four twelve seven eleven ten five thirteen eight fourteen",
		},
		{
			"zeta alpha @timestamp event.kind log message é 😀 host",
			"zeta @timestamp log alpha 😀 host é message event.kind",
			"log 😀 host é message event.kind",
			"log 😀 host é message event.kind",
		},
		{
			"k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20 k21 k22 k23 k24 k25 k26",
			"k11 k10 k13 k12 k15 k14 k17 k16 k19 k18 k1 k2 k3 k20 k4 k5 k22 k6 k21 k7 k24 k8 k23 k9 k26 k25",
			"k11 k10 k13 k12 k15 k14 k17 k16 k19 k18 k20 k4 k5 k22 k6 k21 k7 k24 k8 k23 k9 k26 k25",
			"k20 k4 k5 k11 k22 k6 k10 k21 k7 k13 k24 k8 k12 k23 k9 k15 k26 k14 k25 k17 k16 k19 k18",
		},
	} {
		d := document.New(time.Time{})
		keys := strings.Fields(c.keys)
		for _, key := range keys {
			d.Source().Put(key, document.Null)
		}
		assert.Equal(t, c.order, inOrder(d.Source()))
		for _, key := range keys[:3] {
			d.Source().Delete(key)
		}
		assert.Equal(t, c.removed, inOrder(d.Source()))
		assert.Equal(t, c.copied, inOrder(d.Copy(document.MapOf(d.Source())).Map()))
	}
}

func inOrder(m *document.Map) string {
	var keys []string
	for _, i := range m.JavaOrder() {
		keys = append(keys, m.At(i).Key)
	}
	return strings.Join(keys, " ")
}
