package painless

import (
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// adjusting makes a TemporalAdjuster of a function on dates.
func adjusting(fn func(t time.Time) time.Time) Value {
	return callableOf(func(t *thread, args []Value) Value {
		m := t.temporal(args[0])
		if !m.chronology.hasDate() {
			t.throw(unsupportedTemporal, "Unsupported field: DayOfMonth")
		}
		if _, ok := args[0].Object().(hijrahDate); ok {
			t.throw(unsupportedOperation, "adjusters of TemporalAdjusters are not supported for %s", hijrahSystem.id)
		}
		return t.inRange(moment{m.chronology, fn(m.t)}).value()
	})
}

// firstOfMonth is the first day of a month some months later.
func firstOfMonth(t time.Time, later int) time.Time {
	return withDate(t, t.Year(), t.Month()+time.Month(later), 1)
}

// toWeekday moves on, or back, to a day of the week; to where it is only if same.
func toWeekday(same bool, sign int) native {
	return func(_ *thread, args []Value) Value {
		day := int64(enumIn(args[0]).ordinal) + 1
		return adjusting(func(t time.Time) time.Time {
			n := floorMod(int64(sign)*(day-weekday(t)), 7)
			if n == 0 && !same {
				n = 7
			}
			return t.AddDate(0, 0, sign*int(n))
		})
	}
}

// weekdayInMonth is the nth day of the week of a month, from its end if n is
// negative.
func weekdayInMonth(n, day int64) Value {
	return adjusting(func(t time.Time) time.Time {
		if n >= 0 {
			first := firstOfMonth(t, 0)
			return first.AddDate(0, 0, int(floorMod(day-weekday(first), 7)+(n-1)*7))
		}
		last := firstOfMonth(t, 1).AddDate(0, 0, -1)
		return last.AddDate(0, 0, int(-floorMod(weekday(last)-day, 7)+(n+1)*7))
	})
}

func adjustersClass() classSpec {
	s := classSpec{name: "TemporalAdjusters", java: "java.time.temporal.TemporalAdjusters"}
	for name, fn := range map[string]func(t time.Time) time.Time{
		"firstDayOfMonth":     func(t time.Time) time.Time { return firstOfMonth(t, 0) },
		"lastDayOfMonth":      func(t time.Time) time.Time { return withDate(t, t.Year(), t.Month(), daysIn(t)) },
		"firstDayOfNextMonth": func(t time.Time) time.Time { return firstOfMonth(t, 1) },
		"firstDayOfYear":      func(t time.Time) time.Time { return withDate(t, t.Year(), 1, 1) },
		"lastDayOfYear":       func(t time.Time) time.Time { return withDate(t, t.Year(), 12, 31) },
		"firstDayOfNextYear":  func(t time.Time) time.Time { return withDate(t, t.Year()+1, 1, 1) },
	} {
		s.statics = append(s.statics, member{"TemporalAdjuster " + name + "()", func(*thread, []Value) Value { return adjusting(fn) }})
	}
	for name, fn := range map[string]native{
		"next": toWeekday(false, 1), "nextOrSame": toWeekday(true, 1), "previous": toWeekday(false, -1), "previousOrSame": toWeekday(true, -1),
		"firstInMonth": func(_ *thread, args []Value) Value { return weekdayInMonth(1, int64(enumIn(args[0]).ordinal)+1) },
		"lastInMonth":  func(_ *thread, args []Value) Value { return weekdayInMonth(-1, int64(enumIn(args[0]).ordinal)+1) },
	} {
		s.statics = append(s.statics, member{"TemporalAdjuster " + name + "(DayOfWeek)", fn})
	}
	s.statics = append(s.statics,
		member{"TemporalAdjuster dayOfWeekInMonth(int, DayOfWeek)", func(_ *thread, args []Value) Value {
			return weekdayInMonth(args[0].Int64(), int64(enumIn(args[1]).ordinal)+1)
		}},
		member{"TemporalAdjuster ofDateAdjuster(UnaryOperator)", func(_ *thread, args []Value) Value {
			f := args[0]
			return callableOf(func(t *thread, args []Value) Value {
				return t.adjusted(args[0], t.call(f, t.need(args[0], localDate).value()))
			})
		}})
	return s
}

// adjusterMethods are those of TemporalAdjuster.
var adjusterMethods = []member{
	{"Temporal adjustInto(Temporal)", func(t *thread, args []Value) Value { return t.adjusted(args[1], args[0]) }},
}

// temporalMethods are what every Temporal has.
var temporalMethods = []member{
	{"long until(Temporal, TemporalUnit)", func(t *thread, args []Value) Value {
		return document.Long(t.between(args[0], args[1], enumIn(args[2]).ordinal))
	}},
	{"Temporal plus(TemporalAmount)", func(t *thread, args []Value) Value { return t.plusAmount(args[0], args[1], 1) }},
	{"Temporal minus(TemporalAmount)", func(t *thread, args []Value) Value { return t.plusAmount(args[0], args[1], -1) }},
	{"Temporal plus(long, TemporalUnit)", func(t *thread, args []Value) Value {
		return t.plus(t.temporal(args[0]), args[1].Int64(), enumIn(args[2]).ordinal).value()
	}},
	{"Temporal minus(long, TemporalUnit)", func(t *thread, args []Value) Value {
		return t.plus(t.temporal(args[0]), -args[1].Int64(), enumIn(args[2]).ordinal).value()
	}},
	{"Temporal with(TemporalAdjuster)", func(t *thread, args []Value) Value { return t.adjusted(args[0], args[1]) }},
	{"Temporal with(TemporalField, long)", func(t *thread, args []Value) Value {
		return t.setField(t.temporal(args[0]), enumIn(args[1]).name, args[2].Int64()).value()
	}},
}

// The methods of TemporalAmount and TemporalField.
var (
	amountMembers = []member{
		{"long get(TemporalUnit)", func(t *thread, args []Value) Value { return document.Long(t.amountOf(args[0], enumIn(args[1]))) }},
		{"List getUnits()", func(t *thread, args []Value) Value {
			if _, ok := args[0].Object().(duration); ok {
				return t.newList([]Value{chronoUnits[unitSeconds], chronoUnits[unitNanos]})
			}
			return t.newList([]Value{chronoUnits[unitYears], chronoUnits[unitMonths], chronoUnits[unitDays]})
		}},
		{"Temporal addTo(Temporal)", func(t *thread, args []Value) Value { return t.plusAmount(args[1], args[0], 1) }},
		{"Temporal subtractFrom(Temporal)", func(t *thread, args []Value) Value { return t.plusAmount(args[1], args[0], -1) }},
	}
	fieldMembers = []member{
		{"Temporal adjustInto(Temporal, long)", func(t *thread, args []Value) Value {
			return t.setField(t.temporal(args[1]), enumIn(args[0]).name, args[2].Int64()).value()
		}},
		{"long getFrom(TemporalAccessor)", func(t *thread, args []Value) Value {
			return document.Long(t.getField(t.temporal(args[1]), enumIn(args[0]).name))
		}},
		{"boolean isSupportedBy(TemporalAccessor)", func(t *thread, args []Value) Value {
			return document.Boolean(t.supports(t.temporal(args[1]), enumIn(args[0]).name))
		}},
		{"TemporalUnit getBaseUnit()", unitOf(0)}, {"TemporalUnit getRangeUnit()", unitOf(1)},
		{"long checkValidValue(long)", func(t *thread, args []Value) Value { return document.Long(t.validField(args)) }},
		{"int checkValidIntValue(long)", func(t *thread, args []Value) Value { return document.Integer(int32(t.validField(args))) }},
		{"ValueRange range()", func(t *thread, args []Value) Value { return t.rangeOfField(enumIn(args[0]).name, nil) }},
		{"ValueRange rangeRefinedBy(TemporalAccessor)", func(t *thread, args []Value) Value {
			m := t.temporal(args[1])
			return t.rangeOfField(enumIn(args[0]).name, &m)
		}},
		{"String getDisplayName(Locale)", func(_ *thread, args []Value) Value { return document.String(enumIn(args[0]).shown) }},
		{"boolean isDateBased()", func(v Value) Value {
			n := enumIn(v).ordinal
			return document.Boolean(n >= enumIn(firstDateField).ordinal && n < len(chronoFields)-2)
		}},
		{"boolean isTimeBased()", func(v Value) Value {
			return document.Boolean(enumIn(v).ordinal < enumIn(firstDateField).ordinal)
		}},
	}
)

// firstDateField is DAY_OF_WEEK: the fields before it are of the time of day, and
// all behind it but the last two of the date.
var firstDateField = chronoFields[15]

// amountOf is TemporalAmount.get.
func (t *thread) amountOf(v Value, unit *enum) int64 {
	var parts map[int]int64
	switch a := v.Object().(type) {
	case duration:
		parts = map[int]int64{unitSeconds: a.seconds, unitNanos: a.nanos}
	case period:
		parts = map[int]int64{unitYears: a.years, unitMonths: a.months, unitDays: a.days}
	}
	n, ok := parts[unit.ordinal]
	if !ok {
		t.throw(unsupportedTemporal, "Unsupported unit: %s", unit.shown)
	}
	return n
}
