package painless

import (
	"fmt"
	"slices"
	"time"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A calendarBuilder is a java.util.Calendar$Builder. Its calendars are Gregorian, with the
// weeks of the United States or of a locale.
type calendarBuilder struct {
	kind      string // "" for the default
	zone      timeZone
	instant   *time.Time
	fields    []calendarSetting // in the order in which they were set
	week      *[3]int           // year, week and day of setWeekDate
	strict    bool
	firstDay  int // 0 for the locale's
	minDays   int
	weeksFrom *datetime.Locale // nil for the default
}

type calendarSetting struct{ field, value int }

// JavaClass implements document.Object.
func (*calendarBuilder) JavaClass() string { return "java.util.Calendar$Builder" }

// AppendText implements document.Object.
func (b *calendarBuilder) AppendText(dst []byte) []byte { return append(dst, b.JavaClass()...) }

// Identity implements document.Object.
func (b *calendarBuilder) Identity() string { return fmt.Sprintf("%p", b) }

// HashCode implements document.Object.
func (*calendarBuilder) HashCode() int32 { return identityHash }

// calendarStep is a method of the builder, which returns it.
func calendarStep(signature string, step func(t *thread, b *calendarBuilder, args []Value)) member {
	return member{"Calendar.Builder " + signature, func(t *thread, args []Value) Value {
		step(t, objectOf[*calendarBuilder](args[0]), args[1:])
		return args[0]
	}}
}

// settingFields sets fields to the arguments.
func settingFields(fields ...int) func(t *thread, b *calendarBuilder, args []Value) {
	return func(t *thread, b *calendarBuilder, args []Value) {
		for i, arg := range args {
			b.set(t, fields[i], int(arg.Int64()))
		}
	}
}

func (b *calendarBuilder) set(t *thread, field, value int) {
	if field < 0 || field >= calendarFields {
		t.throw(document.IllegalArgument, "field is invalid")
	}
	b.settable(t)
	b.fields = slices.DeleteFunc(b.fields, func(s calendarSetting) bool { return s.field == field })
	b.fields = append(b.fields, calendarSetting{field, value})
}

func (b *calendarBuilder) settable(t *thread) {
	if b.instant != nil {
		t.throw(document.IllegalState, "instant has been set")
	}
}

func calendarBuilderClass() classSpec {
	timeOfDay := settingFields(calHourOfDay, calMinute, calSecond, calMillisecond)
	return classSpec{
		name: "Calendar.Builder", java: "java.util.Calendar$Builder",
		statics: []member{{"Calendar.Builder()", func(*thread, []Value) Value {
			return document.ObjectOf(&calendarBuilder{zone: timeZone{Zone: datetime.UTC}})
		}}},
		methods: []member{
			{"Calendar build()", func(t *thread, args []Value) Value { return objectOf[*calendarBuilder](args[0]).build(t) }},
			calendarStep("set(int, int)", func(t *thread, b *calendarBuilder, args []Value) {
				b.set(t, int(args[0].Int64()), int(args[1].Int64()))
			}),
			calendarStep("setFields(int[])", func(t *thread, b *calendarBuilder, args []Value) {
				pairs := t.items(args[0])
				if len(pairs)%2 != 0 {
					t.throw(document.IllegalArgument, "")
				}
				for pair := range slices.Chunk(pairs, 2) {
					b.set(t, int(wholeOf(pair[0])), int(wholeOf(pair[1])))
				}
			}),
			calendarStep("setDate(int, int, int)", settingFields(calYear, calMonth, calDate)),
			calendarStep("setTimeOfDay(int, int, int)", timeOfDay), calendarStep("setTimeOfDay(int, int, int, int)", timeOfDay),
			calendarStep("setWeekDate(int, int, int)", func(t *thread, b *calendarBuilder, args []Value) {
				b.settable(t)
				b.week = &[3]int{int(args[0].Int64()), int(args[1].Int64()), int(args[2].Int64())}
			}),
			calendarStep("setInstant(long)", func(t *thread, b *calendarBuilder, args []Value) {
				if b.fields != nil || b.week != nil {
					t.throw(document.IllegalState, "")
				}
				at := time.UnixMilli(args[0].Int64())
				b.instant = &at
			}),
			calendarStep("setCalendarType(String)", func(t *thread, b *calendarBuilder, args []Value) { b.setKind(t, t.text(args[0])) }),
			calendarStep("setLenient(boolean)", func(_ *thread, b *calendarBuilder, args []Value) { b.strict = !args[0].Bool() }),
			calendarStep("setLocale(Locale)", func(t *thread, b *calendarBuilder, args []Value) { b.weeksFrom = t.formatLocale(args[0]) }),
			calendarStep("setTimeZone(TimeZone)", func(_ *thread, b *calendarBuilder, args []Value) { b.zone = objectOf[timeZone](args[0]) }),
			calendarStep("setWeekDefinition(int, int)", func(t *thread, b *calendarBuilder, args []Value) {
				first, least := args[0].Int64(), args[1].Int64()
				if first < 1 || first > 7 || least < 1 || least > 7 {
					t.throw(document.IllegalArgument, "")
				}
				b.firstDay, b.minDays = int(first), int(least)
			}),
		},
	}
}

func (b *calendarBuilder) setKind(t *thread, kind string) {
	switch {
	case kind == "gregorian":
		kind = "gregory"
	case kind != "gregory" && kind != "iso8601":
		t.throw(document.IllegalArgument, "unknown calendar type: %s", kind)
	}
	if b.kind != "" && b.kind != kind {
		t.throw(document.IllegalState, "calendar type override")
	}
	b.kind = kind
}

func (b *calendarBuilder) build(t *thread) Value {
	g := newGregorian(b.zone, time.Unix(0, 0))
	switch {
	case b.firstDay != 0:
		g.firstDay, g.minDays = b.firstDay, b.minDays
	case b.kind == "iso8601":
		g.firstDay, g.minDays = 2, 4
	case b.weeksFrom != nil:
		first, least := b.weeksFrom.Weeks()
		g.firstDay, g.minDays = int(first)%7+1, int(least)
	}
	g.strict = b.strict
	if b.instant != nil {
		g.setTime(*b.instant)
		return document.ObjectOf(g)
	}
	g.clearAll()
	for _, s := range b.fields {
		g.set(s.field, s.value)
	}
	if b.week != nil {
		g.setWeekDate(b.week[0], b.week[1], b.week[2])
	}
	g.time()
	if b.strict {
		b.check(t, g)
	}
	return document.ObjectOf(g)
}

// check throws for a field that is out of range or, as the time says, another one.
func (b *calendarBuilder) check(t *thread, g *gregorian) {
	fields := slices.SortedFunc(slices.Values(b.fields), func(a, b calendarSetting) int { return a.field - b.field })
	for _, s := range fields {
		if s.value < calendarRanges[s.field][0] || s.value > calendarRanges[s.field][2] {
			t.throw(document.IllegalArgument, "%s", calendarFieldNames[s.field])
		}
	}
	for _, s := range fields {
		if g.fields[s.field] != s.value {
			t.throw(document.IllegalArgument, "%s: %d -> %d", calendarFieldNames[s.field], s.value, g.fields[s.field])
		}
	}
}

// calendarFieldNames are the fields as messages have them.
var calendarFieldNames = [...]string{
	"ERA", "YEAR", "MONTH", "WEEK_OF_YEAR", "WEEK_OF_MONTH", "DAY_OF_MONTH", "DAY_OF_YEAR", "DAY_OF_WEEK", "DAY_OF_WEEK_IN_MONTH",
	"AM_PM", "HOUR", "HOUR_OF_DAY", "MINUTE", "SECOND", "MILLISECOND", "ZONE_OFFSET", "DST_OFFSET",
}
