package painless

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A zoneName is an English name of a zone in winter or summer.
type zoneName struct {
	text    string
	seconds int // offset
}

// zoneNames are the short and long names of a zone.
func zoneNames(z *datetime.Zone) []zoneName {
	var out []zoneName
	for _, month := range [...]time.Month{time.January, time.July} {
		at := time.Date(2026, month, 1, 0, 0, 0, 0, z.Location())
		_, seconds := at.Zone()
		for _, full := range [...]bool{false, true} {
			if text, err := zoneText(at, full); err == nil {
				out = append(out, zoneName{text, seconds})
			}
		}
	}
	return out
}

// zoneText is the English name of the zone of a time.
func zoneText(at time.Time, full bool) (string, error) {
	pattern := "z"
	if full {
		pattern = "zzzz"
	}
	if at.Location() == time.UTC { // java.time calls it Z
		at = at.In(time.FixedZone("UTC", 0))
	}
	printer, err := datetime.CompilePrinter(pattern, datetime.Root)
	if err != nil {
		return "", err
	}
	return printer.Print(at)
}

// zoneName is zoneText for a script.
func (t *thread) zoneName(at time.Time, full bool) string {
	text, err := zoneText(at, full)
	if err != nil {
		t.throw(document.IllegalArgument, "%v", err)
	}
	return text
}

// zone reads a zone by its name, GMT+01:00 or +0100.
func (r *dateReader) zone() bool {
	rest := r.text[r.at:]
	if rest[0] == '+' || rest[0] == '-' {
		return r.offset(4, false)
	}
	if foldedPrefix(rest, "GMT") > 0 {
		r.at += 3
		if r.at < len(r.text) && (r.text[r.at] == '+' || r.text[r.at] == '-') {
			return r.offset(0, true)
		}
		return r.setOffset(0)
	}
	r.t.spend(r.t.at, zoneSteps)
	if best := r.ownName(rest); best != "" {
		return r.namedZone(r.format.calendar.zone.Zone, best)
	}
	id, n := zoneNamed(rest)
	if n == 0 {
		return false
	}
	return r.namedZone(r.t.parseZone(id), rest[:n])
}

// ownName returns the longest name of the zone of the format that a text begins
// with.
func (r *dateReader) ownName(text string) string {
	best := 0
	for _, name := range zoneNames(r.format.calendar.zone.Zone) {
		best = max(best, foldedPrefix(text, name.text))
	}
	return text[:best]
}

// zoneNamed returns the zone of the name that a text begins with.
func zoneNamed(text string) (id string, n int) {
	for _, names := range [...]map[string]string{zonesByAbbreviation, zonesByName()} {
		for name, zone := range names {
			if m := foldedPrefix(text, name); m > n {
				id, n = zone, m
			}
		}
	}
	if full, m := datetime.MatchZoneName(text); m > n {
		return full, m
	}
	return id, n
}

// zonesByName has the zones of zonesByAbbreviation by their long names.
var zonesByName = sync.OnceValue(func() map[string]string {
	out := make(map[string]string)
	for _, abbreviation := range slices.Sorted(maps.Keys(zonesByAbbreviation)) {
		id := zonesByAbbreviation[abbreviation]
		z, err := datetime.ParseZone(id)
		if err != nil {
			continue
		}
		for _, name := range zoneNames(z) {
			if _, ok := out[name.text]; !ok {
				out[name.text] = id
			}
		}
	}
	return out
})

// zoneSteps is what it costs to look through the names of zones.
const zoneSteps = 500

// namedZone makes a zone that of the format. A name of summer time or of winter
// time says which of them it is, whatever the date.
func (r *dateReader) namedZone(z *datetime.Zone, name string) bool {
	r.at += len(name)
	g := r.format.calendar
	if g.zone.ID() != z.ID() {
		g.zone = timeZone{Zone: z}
	}
	for _, known := range zoneNames(z) {
		if g.zone.daylight() != 0 && strings.EqualFold(known.text, name) {
			return r.setOffset(known.seconds)
		}
	}
	return true
}

// zonesByAbbreviation is what SimpleDateFormat makes of the usual abbreviations
// in a locale that Elasticsearch runs in.
var zonesByAbbreviation = map[string]string{
	"UTC": "UTC", "GMT": "UTC", "ACDT": "Australia/Darwin", "ACST": "Australia/Darwin", "ADT": "America/Halifax",
	"AEDT": "Australia/Sydney", "AEST": "Australia/Sydney", "AKDT": "America/Anchorage", "AKST": "America/Anchorage",
	"ART": "America/Argentina/Buenos_Aires", "AST": "America/Halifax", "AWST": "Antarctica/Casey", "BRT": "America/Araguaina",
	"BST": "Europe/Belfast", "CAT": "Africa/Blantyre", "CDT": "America/Chicago", "CEST": "Europe/Paris", "CET": "Europe/Paris",
	"CLT": "America/Santiago", "COT": "America/Bogota", "CST": "America/Chicago", "EAT": "Africa/Addis_Ababa",
	"EDT": "America/New_York", "EEST": "Europe/Bucharest", "EET": "Europe/Bucharest", "EST": "America/New_York",
	"GST": "Asia/Dubai", "HDT": "Pacific/Honolulu", "HKT": "Asia/Hong_Kong", "HST": "Pacific/Honolulu", "ICT": "Asia/Bangkok",
	"IDT": "Asia/Jerusalem", "IRST": "Asia/Tehran", "IST": "Asia/Jerusalem", "JST": "Asia/Tokyo", "KST": "Asia/Pyongyang",
	"MDT": "America/Denver", "MEST": "MET", "MET": "MET", "MSD": "Europe/Kirov", "MSK": "Europe/Kirov", "MST": "America/Denver",
	"NDT": "America/St_Johns", "NST": "America/St_Johns", "NZDT": "Antarctica/McMurdo", "NZST": "Antarctica/McMurdo",
	"PDT": "America/Los_Angeles", "PET": "America/Lima", "PKT": "Asia/Karachi", "PST": "America/Los_Angeles",
	"SAST": "Africa/Johannesburg", "SGT": "Asia/Singapore", "SST": "Pacific/Midway", "TRT": "Asia/Istanbul",
	"UYT": "America/Montevideo", "VET": "America/Caracas", "WAT": "Africa/Bangui", "WEST": "Africa/Casablanca",
	"WET": "Africa/Casablanca", "WIB": "Asia/Jakarta", "WIT": "Asia/Jayapura", "WITA": "Asia/Makassar",
}
