package painless

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/datetime"
)

// A dateReader reads a text by a dateFormat, from left to right.
type dateReader struct {
	t         *thread
	format    *dateFormat
	text      string
	at        int // the next byte, or where it went wrong
	fields    []readField
	ambiguous bool // the year may be the first or the last of the century
}

// A readField is a field of Calendar that was read; cleared makes it unset.
type readField struct {
	field, value int
	weekYear     bool // value is the year of a week
}

func (r *dateReader) set(field, value int) bool {
	r.fields = append(r.fields, readField{field: field, value: value})
	return true
}

// read implements textFormat. The calendar keeps the fields, and the zone if the
// text names one, as in Java.
func (f *dateFormat) read(t *thread, text string) reading {
	r := dateReader{t: t, format: f, text: text}
	for i, p := range f.parts {
		ok := false
		if p.letter == 0 {
			ok = r.literal(p.text)
		} else {
			ok = r.field(p, i+1 < len(f.parts) && f.parts[i+1].isNumber())
		}
		if !ok {
			return reading{end: r.at}
		}
	}
	at, ok := r.time()
	return reading{value: newDate(at.UnixMilli()), end: r.at, ok: ok}
}

// isNumber reports whether a field is digits, so that a number before it must end
// after as many digits as it has letters.
func (p datePart) isNumber() bool {
	if p.letter == 'M' || p.letter == 'L' {
		return p.count <= 2
	}
	return p.letter != 0 && strings.IndexByte("GEazZX", p.letter) < 0
}

func (r *dateReader) literal(text string) bool {
	for _, c := range text {
		got, size := utf8.DecodeRuneInString(r.text[r.at:])
		if got != c || size == 0 {
			return false
		}
		r.at += size
	}
	return true
}

// field reads a field; exact says that no more digits than letters belong to it.
func (r *dateReader) field(p datePart, exact bool) bool {
	start := r.at
	r.at += len(r.text[r.at:]) - len(strings.TrimLeft(r.text[r.at:], " \t"))
	if r.at == len(r.text) {
		r.at = start
		return false
	}
	s := r.format.symbols
	switch p.letter {
	case 'G':
		return r.name(calEra, s.eras)
	case 'a':
		return r.name(calAmPm, s.amPm)
	case 'E':
		return r.name(calDayOfWeek, s.weekdays, s.shortWeekdays)
	case 'z', 'Z':
		return r.zone()
	case 'X':
		return r.isoOffset(p.count)
	case 'M', 'L':
		if p.count > 2 {
			return r.name(calMonth, s.months, s.shortMonths, r.format.locale.Names("LLL"), r.format.locale.Names("LLLL"))
		}
	}
	width := 0
	if exact {
		width = start + p.count - r.at
	}
	first := r.at
	n, ok := r.number(width, exact)
	return ok && r.numeric(p, n, r.text[first:r.at])
}

// numeric takes the value of a number, which had these digits.
func (r *dateReader) numeric(p datePart, n int, digits string) bool {
	field, strict := lettersOf[p.letter].calendar, r.format.calendar.strict
	switch p.letter {
	case 'y', 'Y':
		if p.count <= 2 && len(digits) == 2 && digits[0] >= '0' && digits[0] <= '9' {
			first := r.format.century.Year()
			r.ambiguous = n == first%100
			n += first / 100 * 100
			if n < first {
				n += 100
			}
		}
		r.fields = append(r.fields, readField{field, n, p.letter == 'Y'})
		return true
	case 'M', 'L':
		n--
	case 'k', 'h':
		most := calendarRanges[field][2] + 1
		if strict && (n < 1 || n > most) {
			return false
		}
		if n == most {
			n = 0
		}
	case 'u':
		n = floorModInt(n, 7) + 1
	}
	return r.set(field, n)
}

// number reads a whole number, of at most so many bytes if it is exact.
func (r *dateReader) number(width int, exact bool) (int, bool) {
	text := r.text[r.at:]
	if exact {
		if width > len(text) {
			return 0, false
		}
		text = text[:max(width, 0)]
	}
	if r.format.numbers != nil {
		got := r.format.numbers.read(r.t, text)
		r.at += got.end
		if !got.ok {
			return 0, false
		}
		return int(int32(wholeOf(r.t.number(r.t.at, got.value, typeLong, true)))), true
	}
	n, i := int64(0), 0
	if strings.HasPrefix(text, "-") {
		i = 1
	}
	first := i
	for ; i < len(text) && text[i] >= '0' && text[i] <= '9'; i++ {
		n = min(n*10+int64(text[i]-'0'), math.MaxInt64/20)
	}
	if i == first {
		return 0, false
	}
	r.at += i
	if first == 1 {
		n = -n
	}
	return int(int32(n)), true
}

// name reads the longest of some names, whatever its case; its index is the value.
func (r *dateReader) name(field int, lists ...[]string) bool {
	best, value := 0, 0
	for _, names := range lists {
		for i, name := range names {
			if n := foldedPrefix(r.text[r.at:], name); n > best {
				best, value = n, i
			}
		}
	}
	r.at += best
	return best > 0 && r.set(field, value)
}

// foldedPrefix returns how many bytes of a text are a name in any case, 0 if it does
// not begin with it.
func foldedPrefix(text, name string) int {
	end := 0
	for range utf8.RuneCountInString(name) {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	if !strings.EqualFold(text[:end], name) {
		return 0
	}
	return end
}

// time returns the time that the fields mean, which only a lenient calendar
// finds for all of them.
func (r *dateReader) time() (time.Time, bool) {
	at, ok := r.established(0)
	if century := r.format.century; ok && r.ambiguous && at.Before(century) {
		return r.established(100)
	}
	return at, ok
}

// established sets the calendar to the fields, with years later by some.
func (r *dateReader) established(years int) (time.Time, bool) {
	g := r.format.calendar
	g.clearAll()
	week := readField{}
	for _, f := range r.fields {
		switch {
		case f.weekYear:
			week = f
			week.value += years
		case f.field == calYear:
			week = readField{}
			g.set(calYear, f.value+years)
		default:
			g.set(f.field, f.value)
		}
	}
	if week.weekYear {
		n := 1
		if g.stamps[calWeekOfYear] > 0 {
			n = g.fields[calWeekOfYear]
		}
		day := g.inWeek(utcDate(week.value, 1, 1), n)
		g.clear(calWeekOfYear)
		g.clear(calDayOfWeek)
		g.set(calYear, day.Year())
		g.set(calMonth, int(day.Month())-1)
		g.set(calDate, day.Day())
	}
	if g.strict && g.mistaken() {
		return g.at, false
	}
	return g.time(), true
}

// mistaken reports whether a field that was set is not what the time then has.
func (g *gregorian) mistaken() bool {
	probe := *g
	for f, n := range g.fields {
		if g.stamps[f] > 1 && (n < calendarRanges[f][0] || n > calendarRanges[f][2]) {
			return true
		}
	}
	zone := probe.location()
	probe.at = probe.time().In(zone)
	probe.compute()
	for f, n := range g.fields {
		if g.stamps[f] > 1 && f < calZoneOffset && probe.fields[f] != n {
			return true
		}
	}
	return false
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
	id, n := zoneNamed(rest)
	if n == 0 {
		return false
	}
	return r.namedZone(r.t.parseZone(id), rest[:n])
}

// zoneNamed returns the zone of the name that a text begins with.
func zoneNamed(text string) (id string, n int) {
	for name, zone := range zonesByAbbreviation {
		if m := foldedPrefix(text, name); m > n {
			id, n = zone, m
		}
	}
	if full, m := datetime.MatchZoneName(text); m > n {
		return full, m
	}
	return id, n
}

// namedZone makes a zone that of the format. A name of summer time or of winter
// time says which of them it is, whatever the date.
func (r *dateReader) namedZone(z *datetime.Zone, name string) bool {
	r.at += len(name)
	g := r.format.calendar
	if g.zone.ID() != z.ID() {
		g.zone = timeZone{z}
	}
	for _, month := range [...]time.Month{time.January, time.July} {
		at := time.Date(2026, month, 1, 0, 0, 0, 0, z.Location())
		for _, full := range [...]bool{false, true} {
			if g.zone.daylight() != 0 && strings.EqualFold(r.t.zoneName(at, full), name) {
				_, seconds := at.Zone()
				return r.setOffset(seconds)
			}
		}
	}
	return true
}

func (r *dateReader) setOffset(seconds int) bool {
	return r.set(calZoneOffset, seconds*1000) && r.set(calDstOffset, 0)
}

// isoOffset reads Z, +01, +0100 or +01:00.
func (r *dateReader) isoOffset(count int) bool {
	switch r.text[r.at] {
	case 'Z':
		r.at++
		return r.setOffset(0)
	case '+', '-':
		return r.offset(count, count == 3)
	}
	r.at++
	return false
}

// offset reads the digits of an offset with its sign; count is that of X, 4 for
// four digits, and 0 for GMT, where the hour may be one digit.
func (r *dateReader) offset(count int, colon bool) bool {
	sign := 1
	if r.text[r.at] == '-' {
		sign = -1
	}
	r.at++
	hours, ok := r.digit()
	if !ok {
		return false
	}
	switch d, ok := r.digit(); {
	case ok:
		hours = hours*10 + d
	case count > 0 || !colon:
		return false
	}
	minutes := 0
	if count != 1 {
		if colon && !r.literal(":") {
			return false
		}
		tens, ok1 := r.digit()
		ones, ok2 := r.digit()
		if minutes = tens*10 + ones; !ok1 || !ok2 || minutes > 59 {
			return false
		}
	}
	return hours <= 23 && r.setOffset(sign*(hours*60+minutes)*60)
}

func (r *dateReader) digit() (int, bool) {
	if r.at == len(r.text) || r.text[r.at] < '0' || r.text[r.at] > '9' {
		return 0, false
	}
	r.at++
	return int(r.text[r.at-1] - '0'), true
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
