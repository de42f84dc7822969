package remotewritereceiver

import "strings"

// unitWords are the units of Prometheus's naming practice in the notation that
// OpenTelemetry uses, UCUM.
var unitWords = map[string]string{
	"days": "d", "hours": "h", "minutes": "min", "seconds": "s", "milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns",
	"bytes": "By", "kibibytes": "KiBy", "mebibytes": "MiBy", "gibibytes": "GiBy", "tebibytes": "TiBy",
	"kilobytes": "KBy", "megabytes": "MBy", "gigabytes": "GBy", "terabytes": "TBy", "bits": "bit",
	"meters": "m", "volts": "V", "amperes": "A", "joules": "J", "watts": "W", "grams": "g", "kilograms": "kg",
	"celsius": "Cel", "kelvin": "K", "hertz": "Hz", "percent": "%", "ratio": "1", "dollars": "$",
}

// perWords are units in the singular, as they stand behind "per".
var perWords = map[string]string{
	"second": "s", "minute": "min", "hour": "h", "day": "d", "week": "wk", "month": "mo", "year": "y",
}

// unitOf translates the unit of a metric family: words into symbols, and
// foo_per_bar into foo/bar. What it does not know stays as it is.
func unitOf(unit string) string {
	if unit == "" {
		return ""
	}
	if over, under, ok := strings.Cut(unit, "_per_"); ok && over != "" && under != "" {
		return word(unitWords, over) + "/" + word(perWords, under)
	}
	return word(unitWords, unit)
}

func word(words map[string]string, w string) string {
	if symbol, ok := words[w]; ok {
		return symbol
	}
	return w
}
