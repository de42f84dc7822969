package painless

import (
	"fmt"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A transitionRule is a java.time.zone.ZoneOffsetTransitionRule: when in every year an offset
// begins.
type transitionRule struct {
	month                   time.Month
	day                     int   // of the month, from its end if negative
	weekday                 int64 // on that day or the next such, 0 for any
	clock                   time.Time
	endOfDay                bool // at 24:00
	definition              int  // of timeDefinitions
	standard, before, after int  // offsets in seconds
}

// timeDefinitions say which clock a rule means.
var timeDefinitions = enumValues("java.time.zone.ZoneOffsetTransitionRule$TimeDefinition", "UTC", "WALL", "STANDARD")

// JavaClass implements document.Object.
func (transitionRule) JavaClass() string { return "java.time.zone.ZoneOffsetTransitionRule" }

// AppendText implements document.Object.
func (r transitionRule) AppendText(dst []byte) []byte {
	kind := "Overlap"
	if r.after > r.before {
		kind = "Gap"
	}
	dst = fmt.Appendf(dst, "TransitionRule[%s %s to %s, ", kind, offsetID(r.before), offsetID(r.after))
	month := enumIn(months[r.month-1]).name
	switch {
	case r.weekday == 0:
		dst = fmt.Appendf(dst, "%s %d", month, r.day)
	case r.day == -1:
		dst = fmt.Appendf(dst, "%s on or before last day of %s", r.weekdayName(), month)
	case r.day < 0:
		dst = fmt.Appendf(dst, "%s on or before last day minus %d of %s", r.weekdayName(), -r.day-1, month)
	default:
		dst = fmt.Appendf(dst, "%s on or after %s %d", r.weekdayName(), month, r.day)
	}
	at := moment{localTime, r.clock}.Identity()
	if r.endOfDay {
		at = "24:00"
	}
	return fmt.Appendf(dst, " at %s %s, standard offset %s]", at, enumIn(timeDefinitions[r.definition]).name, offsetID(r.standard))
}

// Identity implements document.Object.
func (r transitionRule) Identity() string { return string(r.AppendText(nil)) }

// HashCode implements document.Object.
func (transitionRule) HashCode() int32 { return identityHash }

func (r transitionRule) weekdayName() string { return enumIn(daysOfWeek[r.weekday-1]).name }

func offsetID(seconds int) string {
	return string(appendOffset(nil, time.Unix(0, 0).In(time.FixedZone("", seconds))))
}

// in is the transition of a year.
func (r transitionRule) in(year int) transition {
	day := r.day
	if day < 0 {
		day += daysInMonth(year, r.month) + 1
	}
	at := utcDate(year, r.month, day)
	switch {
	case r.weekday == 0:
	case r.day < 0:
		at = at.AddDate(0, 0, -int(floorMod(weekday(at)-r.weekday, 7)))
	default:
		at = at.AddDate(0, 0, int(floorMod(r.weekday-weekday(at), 7)))
	}
	if r.endOfDay {
		at = at.AddDate(0, 0, 1)
	}
	at = at.Add(time.Duration(nanosOfDay(r.clock)))
	return transition{at: r.wall(at, r.standard, r.before).Add(-time.Duration(r.before) * time.Second), before: r.before, after: r.after}
}

// wall is a time of the rule's definition as the clock before the transition shows it.
func (r transitionRule) wall(at time.Time, standard, before int) time.Time {
	switch r.definition {
	case 0:
		return at.Add(time.Duration(before) * time.Second)
	case 2:
		return at.Add(time.Duration(before-standard) * time.Second)
	}
	return at
}

func transitionRuleClasses() []classSpec {
	in := func(v Value) transitionRule { return objectOf[transitionRule](v) }
	offset := func(get func(r transitionRule) int) native {
		return func(t *thread, args []Value) Value { return t.offset(int64(get(in(args[0])))) }
	}
	definition := enumSpec(timeDefinitions)
	definition.methods = []member{
		{"LocalDateTime createDateTime(LocalDateTime, ZoneOffset, ZoneOffset)", func(t *thread, args []Value) Value {
			r := transitionRule{definition: enumIn(args[0]).ordinal}
			return newMoment(localDateTime, r.wall(t.temporal(args[1]).t, zoneIn(args[2]).seconds(), zoneIn(args[3]).seconds()))
		}},
	}
	return []classSpec{definition, {
		name: "ZoneOffsetTransitionRule", java: "java.time.zone.ZoneOffsetTransitionRule",
		methods: []member{
			{"ZoneOffsetTransition createTransition(int)", func(_ *thread, args []Value) Value {
				return document.ObjectOf(in(args[0]).in(int(args[1].Int64())))
			}},
			{"int getDayOfMonthIndicator()", func(v Value) Value { return document.Integer(int32(in(v).day)) }},
			{"DayOfWeek getDayOfWeek()", func(v Value) Value {
				if in(v).weekday == 0 {
					return document.Null
				}
				return daysOfWeek[in(v).weekday-1]
			}},
			{"LocalTime getLocalTime()", func(v Value) Value { return newMoment(localTime, in(v).clock) }},
			{"Month getMonth()", func(v Value) Value { return months[in(v).month-1] }},
			{"ZoneOffset getOffsetAfter()", offset(func(r transitionRule) int { return r.after })},
			{"ZoneOffset getOffsetBefore()", offset(func(r transitionRule) int { return r.before })},
			{"ZoneOffset getStandardOffset()", offset(func(r transitionRule) int { return r.standard })},
			{"ZoneOffsetTransitionRule.TimeDefinition getTimeDefinition()", func(v Value) Value { return timeDefinitions[in(v).definition] }},
			{"boolean isMidnightEndOfDay()", func(v Value) Value { return document.Boolean(in(v).endOfDay) }},
		},
		statics: []member{{"ZoneOffsetTransitionRule of(Month, int, DayOfWeek, LocalTime, boolean, " +
			"ZoneOffsetTransitionRule.TimeDefinition, ZoneOffset, ZoneOffset, ZoneOffset)", newTransitionRule}},
	}}
}

func newTransitionRule(t *thread, args []Value) Value {
	r := transitionRule{
		month: time.Month(enumIn(args[0]).ordinal + 1), day: int(args[1].Int64()), clock: t.temporal(args[3]).t, endOfDay: args[4].Bool(),
		definition: enumIn(args[5]).ordinal, standard: zoneIn(args[6]).seconds(), before: zoneIn(args[7]).seconds(), after: zoneIn(args[8]).seconds(),
	}
	if !args[2].IsNull() {
		r.weekday = int64(enumIn(args[2]).ordinal) + 1
	}
	switch {
	case r.before == r.after:
		t.throw(document.IllegalArgument, "Offsets must not be equal")
	case r.day < -28 || r.day > 31 || r.day == 0:
		t.throw(document.IllegalArgument, "Day of month indicator must be between -28 and 31 inclusive excluding zero")
	case r.endOfDay && nanosOfDay(r.clock) != 0:
		t.throw(document.IllegalArgument, "Time must be midnight when end of day flag is true")
	case r.clock.Nanosecond() != 0:
		t.throw(document.IllegalArgument, "Time's nano-of-second must be zero")
	}
	return document.ObjectOf(r)
}
