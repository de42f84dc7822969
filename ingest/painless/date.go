package painless

import (
	"errors"
	"time"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A date is a java.util.Date: milliseconds, which can be set.
type date struct{ millis int64 }

func (d *date) time() time.Time { return time.UnixMilli(d.millis).UTC() }

// JavaClass implements document.Object.
func (*date) JavaClass() string { return "java.util.Date" }

// AppendText implements document.Object.
func (d *date) AppendText(dst []byte) []byte {
	return d.time().AppendFormat(dst, "Mon Jan 02 15:04:05 UTC 2006")
}

// Identity implements document.Object.
func (d *date) Identity() string { return document.Long(d.millis).Text() }

// HashCode implements document.Object.
func (d *date) HashCode() int32 { return document.Long(d.millis).HashCode() }

func (d *date) compareTo(o document.Object) int { return d.time().Compare(o.(*date).time()) }

func newDate(millis int64) Value { return document.ObjectOf(&date{millis}) }

func dateIn(t *thread, v Value) *date {
	t.notNull(v)
	return objectOf[*date](v)
}

func dateClass() classSpec {
	return classSpec{
		name: "Date", java: "java.util.Date", extends: []string{"Comparable"},
		methods: []member{
			{"boolean after(Date)", func(t *thread, args []Value) Value {
				return document.Boolean(dateIn(t, args[0]).millis > dateIn(t, args[1]).millis)
			}},
			{"boolean before(Date)", func(t *thread, args []Value) Value {
				return document.Boolean(dateIn(t, args[0]).millis < dateIn(t, args[1]).millis)
			}},
			{"def clone()", func(t *thread, args []Value) Value { return newDate(dateIn(t, args[0]).millis) }},
			{"long getTime()", func(t *thread, args []Value) Value { return document.Long(dateIn(t, args[0]).millis) }},
			{"void setTime(long)", func(t *thread, args []Value) Value {
				dateIn(t, args[0]).millis = args[1].Int64()
				return document.Null
			}},
			{"Instant toInstant()", func(t *thread, args []Value) Value { return newMoment(instant, dateIn(t, args[0]).time()) }},
		},
		statics: []member{
			{"Date()", func(*thread, []Value) Value { return newDate(time.Now().UnixMilli()) }},
			{"Date(long)", func(v Value) Value { return newDate(v.Int64()) }},
			{"Date from(Instant)", func(t *thread, args []Value) Value { return newDate(t.temporal(args[0]).t.UnixMilli()) }},
		},
	}
}

// A dateFormat is a SimpleDateFormat: a pattern of java.time, which most of its
// patterns are, too.
type dateFormat struct {
	pattern string
	locale  *datetime.Locale
	zone    *datetime.Zone
	parser  *datetime.Parser
	printer *datetime.Printer
}

// JavaClass implements document.Object.
func (*dateFormat) JavaClass() string { return "java.text.SimpleDateFormat" }

// AppendText implements document.Object.
func (f *dateFormat) AppendText(dst []byte) []byte { return append(dst, f.JavaClass()...) }

// Identity implements document.Object.
func (f *dateFormat) Identity() string { return f.pattern }

// HashCode implements document.Object.
func (f *dateFormat) HashCode() int32 { return document.String(f.pattern).HashCode() }

func (t *thread) newDateFormat(args []Value) Value {
	f := &dateFormat{pattern: t.text(args[0]), locale: datetime.Root, zone: datetime.UTC}
	if f.pattern == "z" { // no date at all, which java.time refuses
		return document.ObjectOf(f)
	}
	var err error
	if f.parser, err = datetime.CompileParser(f.pattern, f.locale); err == nil {
		f.printer, err = datetime.CompilePrinter(f.pattern, f.locale)
	}
	if err != nil {
		t.throw(document.IllegalArgument, "%v", root(err))
	}
	return document.ObjectOf(f)
}

// root returns the innermost error.
func root(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err
}

func dateFormatIn(v Value) *dateFormat {
	return objectOf[*dateFormat](v)
}

func dateFormatClass() classSpec {
	construct := func(t *thread, args []Value) Value { return t.newDateFormat(args) }
	return classSpec{
		name: "SimpleDateFormat", java: "java.text.SimpleDateFormat",
		methods: []member{
			{"String format(Date)", func(t *thread, args []Value) Value {
				f, at := dateFormatIn(args[0]), dateIn(t, args[1]).time()
				if f.printer == nil {
					return document.String(f.zone.ID())
				}
				text, err := f.printer.Print(at.In(f.zone.Location()))
				if err != nil {
					t.throw(document.IllegalArgument, "%v", err)
				}
				return document.String(text)
			}},
			{"Date parse(String)", func(t *thread, args []Value) Value { return t.parseDate(dateFormatIn(args[0]), t.text(args[1])) }},
			{"TimeZone getTimeZone()", func(v Value) Value { return document.ObjectOf(timeZone{dateFormatIn(v).zone}) }},
			{"void setTimeZone(TimeZone)", func(_ *thread, args []Value) Value {
				dateFormatIn(args[0]).zone = objectOf[timeZone](args[1]).Zone
				return document.Null
			}},
			{"void setLenient(boolean)", func(Value) Value { return document.Null }},
			{"String toPattern()", func(v Value) Value { return document.String(dateFormatIn(v).pattern) }},
		},
		statics: []member{{"SimpleDateFormat(String)", construct}, {"SimpleDateFormat(String, Locale)", construct}},
	}
}

// parseDate is SimpleDateFormat.parse, which also takes over the zone of the
// text.
func (t *thread) parseDate(f *dateFormat, text string) Value {
	if f.parser == nil {
		id, ok := zonesByAbbreviation[text]
		if !ok {
			t.throw(parseException, `Unparseable date: "%s"`, text)
		}
		f.zone = t.parseZone(id)
		return newDate(0)
	}
	at, err := f.parser.Parse(text, f.zone, time.Unix(0, 0).UTC())
	if err != nil {
		t.throw(parseException, `Unparseable date: "%s"`, text)
	}
	f.zone = t.zoneOf(at)
	return newDate(at.UnixMilli())
}

// A timeZone is a java.util.TimeZone.
type timeZone struct{ *datetime.Zone }

// JavaClass implements document.Object.
func (timeZone) JavaClass() string { return "java.util.TimeZone" }

// AppendText implements document.Object.
func (z timeZone) AppendText(dst []byte) []byte { return append(dst, z.ID()...) }

// Identity implements document.Object.
func (z timeZone) Identity() string { return z.ID() }

// HashCode implements document.Object.
func (z timeZone) HashCode() int32 { return document.String(z.ID()).HashCode() }

// daylight is by how many seconds the clock of this year is put forward in summer.
func (z timeZone) daylight() int {
	_, winter := time.Date(2026, 1, 1, 0, 0, 0, 0, z.Location()).Zone()
	_, summer := time.Date(2026, 7, 1, 0, 0, 0, 0, z.Location()).Zone()
	return max(winter-summer, summer-winter)
}

// zoneDisplay is TimeZone.getDisplayName: the English name, long unless SHORT is asked for.
func zoneDisplay(t *thread, args []Value) Value {
	z, pattern, month := objectOf[timeZone](args[0]), "zzzz", time.January
	if len(args) > 2 && args[2].Int64() == 0 {
		pattern = "z"
	}
	if len(args) > 1 && args[1].Bool() {
		month = time.July
	}
	printer, err := datetime.CompilePrinter(pattern, datetime.Root)
	if err != nil {
		t.throw(document.IllegalArgument, "%v", err)
	}
	text, err := printer.Print(time.Date(2026, month, 1, 0, 0, 0, 0, z.Location()))
	if err != nil {
		t.throw(document.IllegalArgument, "%v", err)
	}
	return document.String(text)
}

func timeZoneClass() classSpec {
	in := func(v Value) timeZone {
		return objectOf[timeZone](v)
	}
	return classSpec{
		name: "TimeZone", java: "java.util.TimeZone",
		methods: []member{
			{"String getID()", func(v Value) Value {
				if id := in(v).ID(); id != "Z" {
					return document.String(id)
				}
				return document.String("UTC")
			}},
			{"int getRawOffset()", func(v Value) Value {
				_, seconds := time.Date(2026, 1, 1, 0, 0, 0, 0, in(v).Location()).Zone()
				return document.Integer(int32(seconds * 1000))
			}},
			{"int getOffset(long)", func(_ *thread, args []Value) Value {
				_, seconds := time.UnixMilli(args[1].Int64()).In(in(args[0]).Location()).Zone()
				return document.Integer(int32(seconds * 1000))
			}},
			{"boolean useDaylightTime()", func(v Value) Value { return document.Boolean(in(v).daylight() != 0) }},
			{"boolean observesDaylightTime()", func(v Value) Value { return document.Boolean(in(v).daylight() != 0) }},
			{"int getDSTSavings()", func(v Value) Value { return document.Integer(int32(in(v).daylight() * 1000)) }},
			{"boolean inDaylightTime(Date)", func(t *thread, args []Value) Value {
				return document.Boolean(dateIn(t, args[1]).time().In(in(args[0]).Location()).IsDST())
			}},
			{"boolean hasSameRules(TimeZone)", func(_ *thread, args []Value) Value {
				return document.Boolean(!args[1].IsNull() && in(args[0]).ID() == in(args[1]).ID())
			}},
			{"def clone()", itself},
			{"String getDisplayName()", zoneDisplay}, {"String getDisplayName(boolean, int)", zoneDisplay},
			{"ZoneId toZoneId()", func(v Value) Value { return zoneValue(in(v).Zone) }},
		},
		constants: map[string]any{"SHORT": 0, "LONG": 1},
		statics: []member{
			{"TimeZone getTimeZone(String)", func(t *thread, args []Value) Value {
				id := t.text(args[0])
				if alias, ok := shortZones[id]; ok {
					id = alias
				}
				z, err := datetime.ParseZone(id)
				if err != nil { // Java takes GMT for what it does not know
					z = t.parseZone("GMT")
				}
				return document.ObjectOf(timeZone{z})
			}},
			{"TimeZone getDefault()", func(*thread, []Value) Value { return document.ObjectOf(timeZone{datetime.UTC}) }},
		},
	}
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
