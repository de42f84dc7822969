package painless

import (
	"math"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// The units that IsoFields and WeekFields have besides those of ChronoUnit.
var (
	isoUnits = []Value{
		isoUnit("QUARTER_YEARS", unitQuarters, "QuarterYears"), isoUnit("WEEK_BASED_YEARS", unitWeekBasedYears, "WeekBasedYears"),
	}
	quarterYears, weekBasedYears = isoUnits[0], isoUnits[1]
)

func isoUnit(name string, ordinal int, shown string) Value {
	return document.ObjectOf(&enum{java: "java.time.temporal.IsoFields$Unit", name: name, ordinal: ordinal, shown: shown})
}

// unitValue is the constant of a unit.
func unitValue(unit int) Value {
	if unit >= unitQuarters {
		return isoUnits[unit-unitQuarters]
	}
	return chronoUnits[unit]
}

// fieldUnits has what each field counts, and in what.
var fieldUnits = map[string][2]int{
	"NANO_OF_SECOND": {unitNanos, unitSeconds}, "NANO_OF_DAY": {unitNanos, unitDays}, "MICRO_OF_SECOND": {unitMicros, unitSeconds},
	"MICRO_OF_DAY": {unitMicros, unitDays}, "MILLI_OF_SECOND": {unitMillis, unitSeconds}, "MILLI_OF_DAY": {unitMillis, unitDays},
	"SECOND_OF_MINUTE": {unitSeconds, unitMinutes}, "SECOND_OF_DAY": {unitSeconds, unitDays}, "MINUTE_OF_HOUR": {unitMinutes, unitHours},
	"MINUTE_OF_DAY": {unitMinutes, unitDays}, "HOUR_OF_AMPM": {unitHours, unitHalfDays}, "CLOCK_HOUR_OF_AMPM": {unitHours, unitHalfDays},
	"HOUR_OF_DAY": {unitHours, unitDays}, "CLOCK_HOUR_OF_DAY": {unitHours, unitDays}, "AMPM_OF_DAY": {unitHalfDays, unitDays},
	"DAY_OF_WEEK": {unitDays, unitWeeks}, "ALIGNED_DAY_OF_WEEK_IN_MONTH": {unitDays, unitWeeks},
	"ALIGNED_DAY_OF_WEEK_IN_YEAR": {unitDays, unitWeeks}, "DAY_OF_MONTH": {unitDays, unitMonths}, "DAY_OF_YEAR": {unitDays, unitYears},
	"EPOCH_DAY": {unitDays, unitForever}, "ALIGNED_WEEK_OF_MONTH": {unitWeeks, unitMonths}, "ALIGNED_WEEK_OF_YEAR": {unitWeeks, unitYears},
	"MONTH_OF_YEAR": {unitMonths, unitYears}, "PROLEPTIC_MONTH": {unitMonths, unitForever}, "YEAR_OF_ERA": {unitYears, unitForever},
	"YEAR": {unitYears, unitForever}, "ERA": {unitEras, unitForever}, "INSTANT_SECONDS": {unitSeconds, unitForever},
	"OFFSET_SECONDS": {unitSeconds, unitForever},

	"DAY_OF_QUARTER": {unitDays, unitQuarters}, "QUARTER_OF_YEAR": {unitQuarters, unitYears},
	"WEEK_OF_WEEK_BASED_YEAR": {unitWeeks, unitWeekBasedYears}, "WEEK_BASED_YEAR": {unitWeekBasedYears, unitForever},
	"JULIAN_DAY": {unitDays, unitForever}, "MODIFIED_JULIAN_DAY": {unitDays, unitForever}, "RATA_DIE": {unitDays, unitForever},

	"DayOfWeek": {unitDays, unitWeeks}, "WeekOfMonth": {unitWeeks, unitMonths}, "WeekOfYear": {unitWeeks, unitYears},
	"WeekOfWeekBasedYear": {unitWeeks, unitWeekBasedYears}, "WeekBasedYear": {unitWeekBasedYears, unitForever},
}

// unitOf is the base unit (0) or the range unit (1) of a field.
func unitOf(place int) func(v Value) Value {
	return func(v Value) Value {
		name, _, _ := strings.Cut(enumIn(v).name, "[") // behind it is the rule of the weeks
		return unitValue(fieldUnits[name][place])
	}
}

// unitMembers are the methods of TemporalUnit.
var unitMembers = []member{
	{"long between(Temporal, Temporal)", func(t *thread, args []Value) Value {
		return document.Long(t.between(args[1], args[2], enumIn(args[0]).ordinal))
	}},
	{"Temporal addTo(Temporal, long)", func(t *thread, args []Value) Value {
		return t.plus(t.temporal(args[1]), args[2].Int64(), enumIn(args[0]).ordinal).value()
	}},
	{"Duration getDuration()", func(v Value) Value { return unitDuration(enumIn(v).ordinal) }},
	{"boolean isDateBased()", func(v Value) Value {
		u := enumIn(v).ordinal
		return document.Boolean(u >= unitDays && u != unitForever)
	}},
	{"boolean isTimeBased()", func(v Value) Value { return document.Boolean(enumIn(v).ordinal < unitDays) }},
	{"boolean isDurationEstimated()", func(v Value) Value { return document.Boolean(enumIn(v).ordinal >= unitDays) }},
	{"boolean isSupportedBy(Temporal)", func(t *thread, args []Value) Value {
		return document.Boolean(t.temporal(args[1]).chronology.hasTemporalUnit(enumIn(args[0]).ordinal))
	}},
}

func unitDuration(unit int) Value {
	switch {
	case unit < len(unitNanoseconds):
		return durationOf(unitNanoseconds[unit])
	case unit == unitEras:
		return newDuration(31556952*1_000_000_000, 0)
	case unit == unitForever:
		return newDuration(math.MaxInt64, 999_999_999)
	case unit == unitWeekBasedYears:
		return newDuration(31556952, 0)
	}
	return newDuration(unitMonthCounts[unit]*31556952/12, 0)
}

// hasTemporalUnit is Temporal.isSupported of a unit.
func (c chronology) hasTemporalUnit(unit int) bool {
	switch {
	case unit < unitDays:
		return c.hasTime() || c == instant
	case unit == unitDays:
		return c.hasDate() || c == instant
	case unit == unitWeeks || unit == unitWeekBasedYears:
		return c.hasDate()
	case unit == unitMonths || unit == unitQuarters:
		return c.hasDate() || c == yearMonth
	case unit <= unitEras:
		return c.hasDate() || c == yearMonth || c == year
	}
	return false
}
