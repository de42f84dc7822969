package painless

import (
	"math"
	"strings"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// The queries of TemporalQueries and of DateTimeFormatter.
var (
	queryZoneID     = query(func(t *thread, v Value) Value { return t.zoneNamed(v) })
	queryChronology = query(func(_ *thread, v Value) Value { return chronologyOf(v) })
	queryPrecision  = query(func(_ *thread, v Value) Value { return precisionOf(v) })
	queryOffset     = query(func(t *thread, v Value) Value { return t.offsetIn(v) })
	queryZone       = query(func(t *thread, v Value) Value { return orNull(t.zoneNamed(v), t.offsetIn(v)) })
	queryLocalDate  = query(func(t *thread, v Value) Value {
		if n, ok := t.fieldOf(v, "EPOCH_DAY"); ok {
			return newMoment(localDate, time.Unix(n*86400, 0).UTC())
		}
		return document.Null
	})
	queryLocalTime = query(func(t *thread, v Value) Value {
		if n, ok := t.fieldOf(v, "NANO_OF_DAY"); ok {
			return newMoment(localTime, utcDate(1970, 1, 1).Add(time.Duration(n)))
		}
		return document.Null
	})
	parsedExcessDays = query(func(_ *thread, v Value) Value {
		if p, ok := v.Object().(parsedTime); ok && p.Reading != nil {
			return newPeriod(0, 0, p.ExcessDays())
		}
		return newPeriod(0, 0, 0)
	})
	// No format here reads a leap second.
	parsedLeapSecond = query(func(*thread, Value) Value { return document.Boolean(false) })
)

// query makes a TemporalQuery.
func query(of func(t *thread, v Value) Value) Value {
	return callableOf(func(t *thread, args []Value) Value {
		t.notNull(args[0])
		return of(t, args[0])
	})
}

func queryClasses() []classSpec {
	constant := func(name string, v Value) member {
		return member{"TemporalQuery " + name + "()", func(*thread, []Value) Value { return v }}
	}
	return []classSpec{
		{name: "TemporalQueries", java: "java.time.temporal.TemporalQueries", statics: []member{
			constant("zoneId", queryZoneID), constant("chronology", queryChronology), constant("precision", queryPrecision),
			constant("zone", queryZone), constant("offset", queryOffset), constant("localDate", queryLocalDate),
			constant("localTime", queryLocalTime),
		}},
	}
}

var accessorMethods = []member{
	{"boolean isSupported(TemporalField)", func(t *thread, args []Value) Value {
		_, ok := t.fieldOf(args[0], enumIn(args[1]).name)
		return document.Boolean(ok)
	}},
	{"int get(TemporalField)", func(t *thread, args []Value) Value {
		n := t.longOf(args[0], args[1])
		if n < math.MinInt32 || n > math.MaxInt32 {
			t.throw(dateTimeException, "Invalid field %s for get() method, use getLong() instead", enumIn(args[1]).shown)
		}
		return document.Integer(int32(n))
	}},
	{"ValueRange range(TemporalField)", func(t *thread, args []Value) Value {
		name := enumIn(args[1]).name
		if _, ok := t.fieldOf(args[0], name); !ok {
			t.throw(unsupportedTemporal, "Unsupported field: %s", enumIn(args[1]).shown)
		}
		if m, ok := args[0].Object().(moment); ok || args[0].Kind() == document.KindDateTime {
			m = t.temporal(args[0])
			return t.rangeOfField(name, &m)
		}
		return t.rangeOfField(name, nil)
	}},
	{"long getLong(TemporalField)", func(t *thread, args []Value) Value { return document.Long(t.longOf(args[0], args[1])) }},
	{"def query(TemporalQuery)", func(t *thread, args []Value) Value { return t.call(args[1], args[0]) }},
}

// longOf is TemporalAccessor.getLong.
func (t *thread) longOf(v, field Value) int64 {
	n, ok := t.fieldOf(v, enumIn(field).name)
	if !ok {
		t.throw(unsupportedTemporal, "Unsupported field: %s", enumIn(field).shown)
	}
	return n
}

// fieldOf is getLong of any TemporalAccessor; false if it has no such field.
func (t *thread) fieldOf(v Value, name string) (int64, bool) {
	switch o := v.Object().(type) {
	case parsedTime:
		return o.field(t, name)
	case calendarDate:
		return o.field(t, name)
	case hijrahDate:
		return o.field(t, name)
	case *enum:
		switch {
		case enumFields[o.java] == name:
			return int64(o.ordinal + 1), true
		case name == "ERA" && strings.HasSuffix(o.java, "Era"):
			return int64(eraNumber(o)), true
		}
		return 0, false
	}
	m := t.temporal(v)
	if !t.supports(m, name) {
		return 0, false
	}
	return t.getField(m, name), true
}

// enumFields are the fields that the constants of enums have.
var enumFields = map[string]string{"java.time.DayOfWeek": "DAY_OF_WEEK", "java.time.Month": "MONTH_OF_YEAR"}

// zoneNamed is the zone of what has more than an offset, or null.
func (t *thread) zoneNamed(v Value) Value {
	switch p, ok := v.Object().(parsedTime); {
	case v.Kind() == document.KindDateTime:
		return zoneValue(t.zoneOf(v.Time()))
	case ok && p.zone != nil:
		return zoneValue(p.zone)
	}
	return document.Null
}

// offsetIn is the offset of what has one, or null.
func (t *thread) offsetIn(v Value) Value {
	if n, ok := t.fieldOf(v, "OFFSET_SECONDS"); ok {
		return t.offset(n)
	}
	return document.Null
}

// chronologyOf is the calendar of what has a date, or null.
func chronologyOf(v Value) Value {
	switch o := v.Object().(type) {
	case calendarDate:
		return document.ObjectOf(o.c)
	case hijrahDate:
		return document.ObjectOf(hijrahSystem)
	case moment:
		if o.chronology == localTime || o.chronology == offsetTime || o.chronology == instant {
			return document.Null
		}
	case *enum:
		if o.java != enumIn(months[0]).java {
			return document.Null
		}
	}
	return isoCalendar
}

// precisionOf is the smallest unit, or null.
func precisionOf(v Value) Value {
	unit := unitNanos
	switch o := v.Object().(type) {
	case parsedTime:
		return document.Null
	case *enum:
		unit = unitMonths
		switch {
		case o.java == enumIn(daysOfWeek[0]).java:
			unit = unitDays
		case o.java != enumIn(months[0]).java:
			unit = unitEras
		}
	case calendarDate, hijrahDate:
		unit = unitDays
	case moment:
		switch o.chronology {
		case localDate:
			unit = unitDays
		case year:
			unit = unitYears
		case yearMonth:
			unit = unitMonths
		case monthDay:
			return document.Null
		default:
		}
	}
	return chronoUnits[unit]
}

// obtained is the from method of a class: what a query finds.
func (t *thread) obtained(class string, v, query Value) Value {
	found := t.call(query, v)
	if found.IsNull() {
		t.throw(dateTimeException, "Unable to obtain %s from TemporalAccessor: %s of type %s", class, v.Text(), javaClass(v))
	}
	return found
}

// timeLineOrder compares dates, or instants, whatever their calendars and zones are.
func timeLineOrder(*thread, []Value) Value {
	return callableOf(func(t *thread, args []Value) Value {
		return document.Integer(int32(t.temporal(args[0]).t.Compare(t.temporal(args[1]).t)))
	})
}
