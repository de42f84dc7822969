package painless

import (
	"strings"
	"time"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

func calendarIn(v Value) *gregorian { return objectOf[*gregorian](v) }

// calendarConstants are the numbers of fields, months and days.
func calendarConstants() map[string]any {
	out := make(map[string]any)
	number := func(first int, names string) {
		for i, name := range strings.Fields(names) {
			out[name] = first + i
		}
	}
	number(0, "ERA YEAR MONTH WEEK_OF_YEAR WEEK_OF_MONTH DATE DAY_OF_YEAR DAY_OF_WEEK DAY_OF_WEEK_IN_MONTH AM_PM HOUR HOUR_OF_DAY")
	number(12, "MINUTE SECOND MILLISECOND ZONE_OFFSET DST_OFFSET FIELD_COUNT")
	number(0, "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER UNDECIMBER")
	number(1, "SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY")
	number(0, "AM PM")
	for name, n := range map[string]int{
		"DAY_OF_MONTH": calDate, "ALL_STYLES": 0, "SHORT": 1, "SHORT_FORMAT": 1, "LONG": 2, "LONG_FORMAT": 2, "NARROW_FORMAT": 4,
		"SHORT_STANDALONE": 0x8001, "LONG_STANDALONE": 0x8002, "NARROW_STANDALONE": 0x8004,
	} {
		out[name] = n
	}
	return out
}

// calendarClasses are Calendar and its one kind. The time of a new one is now.
func calendarClasses() []classSpec {
	made := func(args []Value) Value {
		z := timeZone{Zone: datetime.UTC}
		if len(args) > 0 {
			z = objectOf[timeZone](args[0])
		}
		return document.ObjectOf(newGregorian(z, time.UnixMilli(time.Now().UnixMilli())))
	}
	construct := func(_ *thread, args []Value) Value { return made(args) }
	return []classSpec{{
		name: "Calendar", java: "java.util.Calendar", open: true, extends: []string{"Comparable"},
		methods: append(calendarMethods, calendarRangeMethods()...), constants: calendarConstants(),
		statics: []member{
			{"Set getAvailableCalendarTypes()", func(t *thread, _ []Value) Value { return t.textSet([]string{"gregory"}) }},
			{"Locale[] getAvailableLocales()", func(t *thread, _ []Value) Value {
				return objectFor(array{class: t.lib.arrayOf(t.lib.classes["Locale"]), items: availableLocales(t)})
			}},
			{"Calendar getInstance()", construct}, {"Calendar getInstance(TimeZone)", construct}, {"Calendar getInstance(TimeZone, Locale)", construct},
		},
	}, calendarBuilderClass(), {
		name: "GregorianCalendar", java: "java.util.GregorianCalendar", extends: []string{"Calendar"}, constants: map[string]any{"BC": 0, "AD": 1},
		methods: []member{
			{"boolean isLeapYear(int)", func(_ *thread, args []Value) Value { return document.Boolean(isLeap(int(args[1].Int64()))) }},
			{"ZonedDateTime toZonedDateTime()", func(v Value) Value { return document.DateTime(calendarIn(v).time()) }},
		},
		statics: []member{
			{"GregorianCalendar()", construct}, {"GregorianCalendar(TimeZone)", construct}, {"GregorianCalendar(TimeZone, Locale)", construct},
			{"GregorianCalendar(int, int, int)", calendarOf}, {"GregorianCalendar(int, int, int, int, int)", calendarOf},
			{"GregorianCalendar(int, int, int, int, int, int)", calendarOf},
			{"GregorianCalendar from(ZonedDateTime)", func(t *thread, args []Value) Value {
				at := args[0].Time()
				g := newGregorian(timeZone{Zone: t.zoneOf(at)}, at)
				g.firstDay, g.minDays = 2, 4 // as ISO has weeks
				g.compute()
				return document.ObjectOf(g)
			}},
		},
	}}
}

// dateOrder are the fields that methods take in this order.
var dateOrder = [...]int{calYear, calMonth, calDate, calHourOfDay, calMinute, calSecond}

func calendarOf(_ *thread, args []Value) Value {
	g := newGregorian(timeZone{Zone: datetime.UTC}, time.Unix(0, 0))
	g.clearAll()
	parts := [len(dateOrder)]int{}
	for i, arg := range args {
		parts[i] = int(arg.Int64())
	}
	g.fields[calHour], g.fields[calAmPm] = parts[3]%12, parts[3]/12
	g.stamps[calHour], g.stamps[calAmPm] = 1, 1 // so that one of them may be set alone
	for i, n := range parts {
		g.set(dateOrder[i], n)
	}
	return document.ObjectOf(g)
}

// calendarField returns the field that an argument names.
func (t *thread) calendarField(v Value) int {
	n := v.Int64()
	if n < 0 || n >= calendarFields {
		t.throw(arrayIndexOutOfBounds, "Index %d out of bounds for length %d", n, calendarFields)
	}
	return int(n)
}

// onCalendar adapts a method that returns nothing.
func onCalendar(fn func(t *thread, g *gregorian, args []Value)) native {
	return func(t *thread, args []Value) Value {
		fn(t, calendarIn(args[0]), args[1:])
		return document.Null
	}
}

var setParts = onCalendar(func(_ *thread, g *gregorian, args []Value) {
	for i, arg := range args {
		g.set(dateOrder[i], int(arg.Int64()))
	}
})

var calendarMethods = []member{
	{"void add(int, int)", onCalendar(func(t *thread, g *gregorian, args []Value) { g.add(t.movable(args[0]), int(args[1].Int64())) })},
	{"void roll(int, int)", onCalendar(func(t *thread, g *gregorian, args []Value) { g.roll(t.movable(args[0]), int(args[1].Int64())) })},
	{"boolean after(Object)", func(_ *thread, args []Value) Value {
		o, ok := args[1].Object().(*gregorian)
		return document.Boolean(ok && calendarIn(args[0]).compareTo(o) > 0)
	}},
	{"boolean before(Object)", func(_ *thread, args []Value) Value {
		o, ok := args[1].Object().(*gregorian)
		return document.Boolean(ok && calendarIn(args[0]).compareTo(o) < 0)
	}},
	{"void clear()", onCalendar(func(_ *thread, g *gregorian, _ []Value) { g.clearAll() })},
	{"void clear(int)", onCalendar(func(t *thread, g *gregorian, args []Value) { g.clear(t.calendarField(args[0])) })},
	{"def clone()", func(v Value) Value {
		g := *calendarIn(v)
		return document.ObjectOf(&g)
	}},
	{"int get(int)", func(t *thread, args []Value) Value {
		g, field := calendarIn(args[0]), t.calendarField(args[1])
		g.time()
		return document.Integer(int32(g.fields[field]))
	}},
	{"String getCalendarType()", func(Value) Value { return document.String("gregory") }},
	{"String getDisplayName(int, int, Locale)", func(t *thread, args []Value) Value {
		g, field := calendarIn(args[0]), t.calendarField(args[1])
		g.time()
		return calendarName(field, g.fields[field], int(args[2].Int64()))
	}},
	{"Map getDisplayNames(int, int, Locale)", func(t *thread, args []Value) Value {
		field := args[1].Int64()
		if field < 0 || field >= calendarFields {
			t.throw(document.IllegalArgument, "")
		}
		return t.calendarNames(int(field), int(args[2].Int64()))
	}},
	{"int getFirstDayOfWeek()", func(v Value) Value { return document.Integer(int32(calendarIn(v).firstDay)) }},
	{"int getMinimalDaysInFirstWeek()", func(v Value) Value { return document.Integer(int32(calendarIn(v).minDays)) }},
	{"Date getTime()", func(v Value) Value { return newDate(calendarIn(v).time().UnixMilli()) }},
	{"long getTimeInMillis()", func(v Value) Value { return document.Long(calendarIn(v).time().UnixMilli()) }},
	{"TimeZone getTimeZone()", func(v Value) Value { return document.ObjectOf(calendarIn(v).zone) }},
	{"int getWeeksInWeekYear()", func(v Value) Value {
		g := calendarIn(v)
		return document.Integer(int32(g.weeksIn(g.weekYear())))
	}},
	{"int getWeekYear()", func(v Value) Value { return document.Integer(int32(calendarIn(v).weekYear())) }},
	{"boolean isLenient()", func(v Value) Value { return document.Boolean(!calendarIn(v).strict) }},
	{"boolean isSet(int)", func(t *thread, args []Value) Value {
		return document.Boolean(calendarIn(args[0]).stamps[t.calendarField(args[1])] > 0)
	}},
	{"boolean isWeekDateSupported()", func(Value) Value { return truthValue }},
	{"void set(int, int)", onCalendar(func(t *thread, g *gregorian, args []Value) {
		g.set(t.calendarField(args[0]), int(args[1].Int64()))
	})},
	{"void set(int, int, int)", setParts}, {"void set(int, int, int, int, int)", setParts}, {"void set(int, int, int, int, int, int)", setParts},
	{"void setFirstDayOfWeek(int)", onCalendar(func(_ *thread, g *gregorian, args []Value) {
		g.setWeeks(int(args[0].Int64()), g.minDays)
	})},
	{"void setMinimalDaysInFirstWeek(int)", onCalendar(func(_ *thread, g *gregorian, args []Value) {
		g.setWeeks(g.firstDay, int(args[0].Int64()))
	})},
	{"void setLenient(boolean)", onCalendar(func(_ *thread, g *gregorian, args []Value) { g.strict = !args[0].Bool() })},
	{"void setTime(Date)", onCalendar(func(t *thread, g *gregorian, args []Value) { g.setTime(dateIn(t, args[0]).time()) })},
	{"void setTimeInMillis(long)", onCalendar(func(_ *thread, g *gregorian, args []Value) { g.setTime(time.UnixMilli(args[0].Int64())) })},
	{"void setTimeZone(TimeZone)", onCalendar(func(_ *thread, g *gregorian, args []Value) {
		g.zone = objectOf[timeZone](args[0])
		if g.next == 0 {
			g.setTime(g.at)
		}
	})},
	{"void setWeekDate(int, int, int)", onCalendar(func(_ *thread, g *gregorian, args []Value) {
		g.setWeekDate(int(args[0].Int64()), int(args[1].Int64()), int(args[2].Int64()))
	})},
	{"Instant toInstant()", func(v Value) Value { return newMoment(instant, calendarIn(v).time().UTC()) }},
}

// setWeekDate makes the date a day of a week of a year; the time stays.
func (g *gregorian) setWeekDate(year, week, day int) {
	at := g.time()
	g.set(calDayOfWeek, day)
	date := g.inWeek(utcDate(year, 1, 1), week)
	g.setTime(withDate(at, date.Year(), date.Month(), date.Day()))
}

// movable is calendarField for add and roll, which do not move the zone.
func (t *thread) movable(v Value) int {
	if n := v.Int64(); n < 0 || n >= calZoneOffset {
		t.throw(document.IllegalArgument, "")
	}
	return int(v.Int64())
}

// setWeeks changes what a week is.
func (g *gregorian) setWeeks(firstDay, minDays int) {
	g.firstDay, g.minDays = firstDay, minDays
	if g.next == 0 {
		g.compute()
	}
}

// calendarRangeMethods are getMinimum and its relatives.
func calendarRangeMethods() []member {
	var out []member
	for name, bound := range map[string]int{"Minimum": 0, "GreatestMinimum": 0, "LeastMaximum": 1, "Maximum": 2} {
		out = append(out, member{"int get" + name + "(int)", func(t *thread, args []Value) Value {
			field := t.calendarField(args[1])
			if name == "GreatestMinimum" && field == calWeekOfMonth {
				return document.Integer(int32(min(1, 8-calendarIn(args[0]).minDays)))
			}
			return document.Integer(int32(calendarRanges[field][bound]))
		}})
	}
	for name, most := range map[string]bool{"ActualMinimum": false, "ActualMaximum": true} {
		out = append(out, member{"int get" + name + "(int)", func(t *thread, args []Value) Value {
			return document.Integer(int32(calendarIn(args[0]).actual(t.calendarField(args[1]), most)))
		}})
	}
	return out
}

// calendarEras are the names of the eras by style.
var calendarEras = map[int][2]string{
	calShort: {"BC", "AD"}, calLong: {"BC", "AD"}, calNarrow: {"B", "A"}, calShort | calStandalone: {"BC", "AD"},
	calLong | calStandalone: {"Before Christ", "Anno Domini"}, calNarrow | calStandalone: {"B", "A"},
}

// calendarName is the English name of a value of a field, null if it has none.
func calendarName(field, n, style int) Value {
	asked := style
	short := style&^0x8000 == 1
	if style&^0x8000 == 4 {
		style = 4 // TextStyle.NARROW
	} else if style = 0; short {
		style = 2
	}
	switch field {
	case calEra:
		return document.String(calendarEras[asked][n])
	case calAmPm:
		if style == 4 {
			return document.String([]string{"a", "p"}[n])
		}
		return document.String([]string{"AM", "PM"}[n])
	case calMonth:
		return document.String(displayName(enumIn(months[n]), style))
	case calDayOfWeek:
		return document.String(displayName(enumIn(daysOfWeek[(n+5)%7]), style))
	}
	return document.Null
}
