package painless

import (
	"fmt"
	"time"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A yearlyZone is what a java.util.SimpleTimeZone has besides its zone: an offset, and rules for
// when daylight saving time begins and ends in every year from 1900 to 2200. Times are
// milliseconds.
type yearlyZone struct {
	offset, savings int64
	firstYear       int64
	begin, end      yearlyRule
}

// A yearlyRule is a day of a month and a time on it.
type yearlyRule struct {
	mode, month, day, weekday, at, clock int64
}

// The modes of rules, as SimpleTimeZone.toString shows them.
const (
	dayOfMonthRule = iota + 1
	weekdayInMonthRule
	weekdayFromRule
	weekdayToRule
)

// The clocks of rules.
const (
	wallClock = iota
	standardClock
	utcClock
)

// text is SimpleTimeZone.toString.
func (y *yearlyZone) text(id string) string {
	b, e := y.begin, y.end
	return fmt.Sprintf("java.util.SimpleTimeZone[id=%s,offset=%d,dstSavings=%d,useDaylight=%t,startYear=%d,"+
		"startMode=%d,startMonth=%d,startDay=%d,startDayOfWeek=%d,startTime=%d,startTimeMode=%d,"+
		"endMode=%d,endMonth=%d,endDay=%d,endDayOfWeek=%d,endTime=%d,endTimeMode=%d]",
		id, y.offset, y.savings, y.useful(), y.firstYear, b.mode, b.month, b.day, b.weekday, b.at, b.clock,
		e.mode, e.month, e.day, e.weekday, e.at, e.clock)
}

// name is how a zone without a name is shown: as GMT+01:00.
func (y *yearlyZone) name(daylight bool) string {
	offset, sign := y.offset, '+'
	if daylight {
		offset += y.savings
	}
	if offset < 0 {
		offset, sign = -offset, '-'
	}
	if offset == 0 {
		return "GMT"
	}
	return fmt.Sprintf("GMT%c%02d:%02d", sign, offset/3_600_000, offset/60_000%60)
}

// useful reports whether there is daylight saving time.
func (y *yearlyZone) useful() bool { return y.begin.day != 0 && y.end.day != 0 }

// newRule checks a rule and takes it apart: weekday is negative for one from a day on, or, if
// that is negative too, up to it.
func (t *thread) newRule(what string, r yearlyRule) yearlyRule {
	if r.day == 0 {
		return r
	}
	switch {
	case r.month < 0 || r.month > 11:
		t.throw(document.IllegalArgument, "Illegal %s month %d", what, r.month)
	case r.at < 0 || r.at > 86_400_000:
		t.throw(document.IllegalArgument, "Illegal %s time %d", what, r.at)
	case r.weekday > 7 || r.weekday < -7:
		t.throw(document.IllegalArgument, "Illegal %s day of week %d", what, max(r.weekday, -r.weekday))
	}
	switch {
	case r.weekday == 0:
		r.mode = dayOfMonthRule
	case r.weekday > 0:
		r.mode = weekdayInMonthRule
		if r.day < -5 || r.day > 5 {
			t.throw(document.IllegalArgument, "Illegal %s day of week in month %d", what, r.day)
		}
		return r
	case r.day > 0:
		r.mode, r.weekday = weekdayFromRule, -r.weekday
	default:
		r.mode, r.weekday, r.day = weekdayToRule, -r.weekday, -r.day
	}
	if r.day < 0 || r.day > 31 {
		t.throw(document.IllegalArgument, "Illegal %s day %d", what, r.day)
	}
	return r
}

// in is the time of the rule in a year, as its clock shows it.
func (r yearlyRule) in(year int) time.Time {
	day := utcDate(year, time.Month(r.month+1), int(r.day))
	switch {
	case r.mode == weekdayInMonthRule && r.day > 0:
		first := utcDate(year, time.Month(r.month+1), 1)
		day = first.AddDate(0, 0, int(floorMod(r.weekday-int64(weekdayOf(first)), 7)+7*(r.day-1)))
	case r.mode == weekdayInMonthRule:
		last := utcDate(year, time.Month(r.month+2), 0)
		day = last.AddDate(0, 0, -int(floorMod(int64(weekdayOf(last))-r.weekday, 7)-7*(r.day+1)))
	case r.mode == weekdayFromRule:
		day = day.AddDate(0, 0, int(floorMod(r.weekday-int64(weekdayOf(day)), 7)))
	case r.mode == weekdayToRule:
		day = day.AddDate(0, 0, -int(floorMod(int64(weekdayOf(day))-r.weekday, 7)))
	}
	return day.Add(time.Duration(r.at) * time.Millisecond)
}

// instant is in as an instant; ahead is by how much the wall clock is ahead of the
// standard one.
func (r yearlyRule) instant(year int, offset, ahead int64) time.Time {
	switch r.clock {
	case utcClock:
		offset = 0
	case wallClock:
		offset += ahead
	}
	return r.in(year).Add(-time.Duration(offset) * time.Millisecond)
}

// The years in which the rules are known.
const (
	firstRuleYear = 1900
	lastRuleYear  = 2200
)

// renew makes the zone that the rules say. It costs as much as a text of its size.
func (z timeZone) renew(t *thread) {
	y := z.yearly
	var transitions []datetime.Transition
	if y.useful() {
		t.spend(t.at, 10*(lastRuleYear-firstRuleYear))
		for year := int(max(y.firstYear, firstRuleYear)); year <= lastRuleYear; year++ {
			transitions = append(transitions, datetime.Transition{At: y.begin.instant(year, y.offset, 0), Daylight: true},
				datetime.Transition{At: y.end.instant(year, y.offset, y.savings)})
		}
	}
	t.charge(t.at, entryBytes*(1+len(transitions)))
	made, err := datetime.NewZone(z.ID(), int(y.offset/1000), int((y.offset+y.savings)/1000), transitions)
	if err != nil {
		t.throw(document.IllegalArgument, "%v", err)
	}
	*z.Zone = *made
}

// numbersOf are the arguments from one on.
func numbersOf(args []Value) []int64 {
	out := make([]int64, len(args))
	for i, arg := range args {
		out[i] = arg.Int64()
	}
	return out
}

// newSimpleZone is a constructor of SimpleTimeZone: without rules, with rules of the wall
// clock, or with clocks and savings.
func newSimpleZone(t *thread, args []Value) Value {
	n := numbersOf(args[2:])
	y := &yearlyZone{offset: args[0].Int64(), savings: 3_600_000}
	switch len(n) {
	case 11:
		y.begin, y.end = yearlyRule{0, n[0], n[1], n[2], n[3], n[4]}, yearlyRule{0, n[5], n[6], n[7], n[8], n[9]}
	case 8, 9:
		y.begin, y.end = yearlyRule{0, n[0], n[1], n[2], n[3], wallClock}, yearlyRule{0, n[4], n[5], n[6], n[7], wallClock}
	}
	y.begin, y.end = t.newRule("start", y.begin), t.newRule("end", y.end)
	if len(n) == 9 || len(n) == 11 {
		y.savings = n[len(n)-1]
	}
	t.checkSavings(y.savings)
	made, err := datetime.NewZone(t.text(args[1]), 0, 0, nil)
	if err != nil {
		t.throw(document.IllegalArgument, "%v", err)
	}
	z := timeZone{made, y}
	z.renew(t)
	return document.ObjectOf(z)
}

func (t *thread) checkSavings(n int64) {
	if n <= 0 {
		t.throw(document.IllegalArgument, "Illegal daylight saving value: %d", n)
	}
}

// changingRules is a method that changes the rules.
func changingRules(change func(t *thread, y *yearlyZone, n []int64)) native {
	return func(t *thread, args []Value) Value {
		z := objectOf[timeZone](args[0])
		change(t, z.yearly, numbersOf(args[1:min(len(args), 5)]))
		z.renew(t)
		return document.Null
	}
}

// settingRule is setStartRule or setEndRule.
func settingRule(what string, of func(y *yearlyZone) *yearlyRule) native {
	return changingRules(func(t *thread, y *yearlyZone, n []int64) {
		r := yearlyRule{month: n[0], day: n[1], at: n[len(n)-1]}
		if len(n) == 4 {
			r.weekday = n[2]
		}
		*of(y) = t.newRule(what, r)
	})
}

// settingFrom is settingRule with a day from which the weekday is looked for, or back.
func settingFrom(set native) native {
	return func(t *thread, args []Value) Value {
		day := args[2].Int64()
		if !args[5].Bool() {
			day = -day
		}
		return set(t, []Value{args[0], args[1], document.Long(day), document.Long(-args[3].Int64()), args[4]})
	}
}

func simpleTimeZoneClass() classSpec {
	start := settingRule("start", func(y *yearlyZone) *yearlyRule { return &y.begin })
	end := settingRule("end", func(y *yearlyZone) *yearlyRule { return &y.end })
	const numbers = ", int, int, int, int, int, int, int, int"
	return classSpec{
		name: "SimpleTimeZone", java: "java.util.SimpleTimeZone", extends: []string{"TimeZone"},
		constants: map[string]any{"WALL_TIME": wallClock, "STANDARD_TIME": standardClock, "UTC_TIME": utcClock},
		statics: []member{
			{"SimpleTimeZone(int, String)", newSimpleZone}, {"SimpleTimeZone(int, String" + numbers + ")", newSimpleZone},
			{"SimpleTimeZone(int, String" + numbers + ", int)", newSimpleZone},
			{"SimpleTimeZone(int, String" + numbers + ", int, int, int)", newSimpleZone},
		},
		methods: []member{
			{"int getRawOffset()", func(v Value) Value { return document.Integer(int32(objectOf[timeZone](v).yearly.offset)) }},
			{"void setRawOffset(int)", changingRules(func(_ *thread, y *yearlyZone, n []int64) { y.offset = n[0] })},
			{"boolean useDaylightTime()", func(v Value) Value { return document.Boolean(objectOf[timeZone](v).yearly.useful()) }},
			{"boolean observesDaylightTime()", func(v Value) Value { return document.Boolean(objectOf[timeZone](v).yearly.useful()) }},
			{"boolean hasSameRules(TimeZone)", func(_ *thread, args []Value) Value {
				a, b := objectOf[timeZone](args[0]).yearly, objectOf[timeZone](args[1]).yearly
				return document.Boolean(b != nil && *a == *b)
			}},
			{"def clone()", func(v Value) Value {
				z, y := *objectOf[timeZone](v).Zone, *objectOf[timeZone](v).yearly
				return document.ObjectOf(timeZone{&z, &y})
			}},
			{"int getDSTSavings()", func(v Value) Value {
				if y := objectOf[timeZone](v).yearly; y.useful() {
					return document.Integer(int32(y.savings))
				}
				return document.Integer(0)
			}},
			{"void setDSTSavings(int)", changingRules(func(t *thread, y *yearlyZone, n []int64) {
				t.checkSavings(n[0])
				y.savings = n[0]
			})},
			{"void setStartYear(int)", changingRules(func(_ *thread, y *yearlyZone, n []int64) { y.firstYear = n[0] })},
			{"void setStartRule(int, int, int)", start}, {"void setStartRule(int, int, int, int)", start},
			{"void setStartRule(int, int, int, int, boolean)", settingFrom(start)},
			{"void setEndRule(int, int, int)", end}, {"void setEndRule(int, int, int, int)", end},
			{"void setEndRule(int, int, int, int, boolean)", settingFrom(end)},
		},
	}
}
