package painless

import (
	"maps"
	"slices"
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

// A timeZone is a java.util.TimeZone.
type timeZone struct {
	*datetime.Zone

	yearly *yearlyZone // of a SimpleTimeZone, else nil
}

// JavaClass implements document.Object.
func (z timeZone) JavaClass() string {
	if z.yearly != nil {
		return "java.util.SimpleTimeZone"
	}
	return "java.util.TimeZone"
}

// AppendText implements document.Object.
func (z timeZone) AppendText(dst []byte) []byte { return append(dst, z.Identity()...) }

// Identity implements document.Object.
func (z timeZone) Identity() string {
	if z.yearly != nil {
		return z.yearly.text(z.ID())
	}
	return z.ID()
}

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
	z, full, month := objectOf[timeZone](args[0]), true, time.January
	if len(args) > 2 {
		full = args[2].Int64() != 0
	}
	if len(args) > 1 && args[1].Bool() {
		month = time.July
	}
	name := t.zoneName(time.Date(2026, month, 1, 0, 0, 0, 0, z.Location()), full)
	if z.yearly != nil && name == z.ID() {
		name = z.yearly.name(month == time.July)
	}
	return document.String(name)
}

func timeZoneClass() classSpec {
	in := func(v Value) timeZone {
		return objectOf[timeZone](v)
	}
	return classSpec{
		name: "TimeZone", java: "java.util.TimeZone", open: true,
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
			{"String getDisplayName(Locale)", func(t *thread, args []Value) Value { return zoneDisplay(t, args[:1]) }},
			{"String getDisplayName(boolean, int, Locale)", zoneDisplay},
			{"int getOffset(int, int, int, int, int, int)", offsetOfFields},
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
				return document.ObjectOf(timeZone{Zone: z})
			}},
			{"String[] getAvailableIDs()", func(t *thread, _ []Value) Value { return t.textArray(zoneIDsWith(nil)) }},
			{"String[] getAvailableIDs(int)", func(t *thread, args []Value) Value {
				want := args[0].Int64()
				return t.textArray(zoneIDsWith(&want))
			}},
			{"TimeZone getDefault()", func(*thread, []Value) Value { return document.ObjectOf(timeZone{Zone: datetime.UTC}) }},
		},
	}
}

// zoneIDsWith are the ids of zones, the short ones included, of those with an offset in
// milliseconds if there is one.
func zoneIDsWith(offset *int64) []string {
	ids := slices.AppendSeq(datetime.ZoneIDs(), maps.Keys(shortZones))
	slices.Sort(ids)
	return slices.DeleteFunc(ids, func(id string) bool {
		if offset == nil {
			return false
		}
		if long, ok := shortZones[id]; ok {
			id = long
		}
		z, err := datetime.ParseZone(id)
		if err != nil {
			return true
		}
		at := (rules{zone{z}}).standard(time.Date(2026, 1, 1, 0, 0, 0, 0, z.Location()))
		_, seconds := at.Zone()
		return int64(seconds)*1000 != *offset
	})
}

// offsetOfFields is TimeZone.getOffset of an era, year, month, day, weekday and milliseconds, on
// the clock of standard time.
func offsetOfFields(t *thread, args []Value) Value {
	n := numbersOf(args[1:])
	y := int(n[1])
	if n[0] == 0 {
		y = 1 - y
	}
	if n[0] < 0 || n[0] > 1 || n[2] < 0 || n[2] > 11 || n[3] < 1 || int(n[3]) > daysInMonth(y, time.Month(n[2]+1)) ||
		n[4] < 1 || n[4] > 7 || n[5] < 0 || n[5] >= 86_400_000 {
		t.throw(document.IllegalArgument, "")
	}
	z := objectOf[timeZone](args[0])
	local := utcDate(y, time.Month(n[2]+1), int(n[3])).Add(time.Duration(n[5]) * time.Millisecond)
	_, standard := (rules{zone{z.Zone}}).standard(wall(local, z.Location())).Zone()
	_, seconds := local.Add(-time.Duration(standard) * time.Second).In(z.Location()).Zone()
	return document.Integer(int32(seconds * 1000))
}
