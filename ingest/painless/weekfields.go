package painless

import (
	"fmt"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A weekRule is a java.time.temporal.WeekFields: on which day weeks begin, and how many days
// of a year its first week has at least.
type weekRule struct{ first, least int64 }

// JavaClass implements document.Object.
func (weekRule) JavaClass() string { return "java.time.temporal.WeekFields" }

// AppendText implements document.Object.
func (w weekRule) AppendText(dst []byte) []byte {
	return fmt.Appendf(dst, "WeekFields[%s,%d]", enumIn(daysOfWeek[w.first-1]).name, w.least)
}

// Identity implements document.Object.
func (w weekRule) Identity() string { return string(w.AppendText(nil)) }

// HashCode implements document.Object.
func (w weekRule) HashCode() int32 { return int32(w.first-1)*7 + int32(w.least) }

var isoWeekRule = weekRule{1, 4}

// day is the day of the week, the first being 1.
func (w weekRule) day(t time.Time) int64 { return (weekday(t)-w.first+7)%7 + 1 }

// week is the week of a month or year of which t is day n: 0 if the first has not begun.
func (w weekRule) week(n, day int64) int64 {
	start := ((n-day)%7 + 7) % 7
	offset := -start
	if start+1 > w.least {
		offset = 7 - start
	}
	return (7 + offset + n - 1) / 7
}

// begins is the day since 1970 on which the first week of a week-based year begins.
func (w weekRule) begins(year int) int64 {
	first := utcDate(year, 1, 1)
	back := w.day(first) - 1
	if 7-back < w.least {
		back -= 7
	}
	return epochDay(first) - back
}

func (w weekRule) weekBased(t time.Time) (year int, week int64) {
	day := epochDay(t)
	for year = t.Year() + 1; day < w.begins(year); year-- {
	}
	return year, (day-w.begins(year))/7 + 1
}

// toYear moves t to another week-based year, to the same week and day as far as there is
// such a week.
func (w weekRule) toYear(t time.Time, to int64) time.Time {
	_, week := w.weekBased(t)
	begins := w.begins(int(to))
	week = min(week, (w.begins(int(to)+1)-begins)/7)
	return t.AddDate(0, 0, int(begins+7*(week-1)+w.day(t)-1-epochDay(t)))
}

// fields are the fields of the rule, by the name that toString returns.
func (w weekRule) fields() []chronoField {
	named := func(name string) string { return name + "[" + w.Identity() + "]" }
	weeks := func(name string, low, high int64, get func(t time.Time) int64) chronoField {
		return chronoField{
			name: named(name), shownAs: named(name), low: low, high: high, isDate: true, get: get,
			set: func(t time.Time, n int64) time.Time { return t.AddDate(0, 0, 7*int(n-get(t))) },
		}
	}
	return []chronoField{
		{
			name: named("DayOfWeek"), shownAs: named("DayOfWeek"), low: 1, high: 7, isDate: true, get: w.day,
			set: func(t time.Time, n int64) time.Time { return t.AddDate(0, 0, int(n-w.day(t))) },
		},
		weeks("WeekOfMonth", 0, 6, func(t time.Time) int64 { return w.week(int64(t.Day()), w.day(t)) }),
		weeks("WeekOfYear", 0, 54, func(t time.Time) int64 { return w.week(int64(t.YearDay()), w.day(t)) }),
		weeks("WeekOfWeekBasedYear", 1, 53, func(t time.Time) int64 { _, week := w.weekBased(t); return week }),
		{
			name: named("WeekBasedYear"), shownAs: named("WeekBasedYear"), low: minYear, high: maxYear, isDate: true,
			get: func(t time.Time) int64 { year, _ := w.weekBased(t); return int64(year) }, set: w.toYear,
		},
	}
}

// isoFields are IsoFields and JulianFields, by the names of their constants.
func isoFields() []chronoField {
	quarterDay := func(t time.Time) int64 {
		return int64(t.YearDay()-utcDate(t.Year(), (t.Month()-1)/3*3+1, 1).YearDay()) + 1
	}
	quarter := func(t time.Time) int64 { return int64(t.Month()-1)/3 + 1 }
	week := func(t time.Time) int64 { _, n := isoWeekRule.weekBased(t); return n }
	julian := func(name, shown string, offset int64) chronoField {
		return chronoField{
			name: name, shownAs: shown, low: -365243219162 + offset, high: 365241780471 + offset, isDate: true,
			get: func(t time.Time) int64 { return epochDay(t) + offset },
			set: func(t time.Time, n int64) time.Time { return t.AddDate(0, 0, int(n-epochDay(t)-offset)) },
		}
	}
	return []chronoField{
		{
			name: "DAY_OF_QUARTER", shownAs: "DayOfQuarter", low: 1, high: 92, isDate: true, get: quarterDay,
			set: func(t time.Time, n int64) time.Time { return t.AddDate(0, 0, int(n-quarterDay(t))) },
		},
		{
			name: "QUARTER_OF_YEAR", shownAs: "QuarterOfYear", low: 1, high: 4, isDate: true, ofMonths: true, get: quarter,
			set: func(t time.Time, n int64) time.Time { return plusMonths(t, 3*(n-quarter(t))) },
		},
		{
			name: "WEEK_OF_WEEK_BASED_YEAR", shownAs: "WeekOfWeekBasedYear", low: 1, high: 53, isDate: true, get: week,
			set: func(t time.Time, n int64) time.Time { return t.AddDate(0, 0, 7*int(n-week(t))) },
		},
		{
			name: "WEEK_BASED_YEAR", shownAs: "WeekBasedYear", low: minYear, high: maxYear, isDate: true,
			get: func(t time.Time) int64 { year, _ := isoWeekRule.weekBased(t); return int64(year) }, set: isoWeekRule.toYear,
		},
		julian("JULIAN_DAY", "JulianDay", 2440588), julian("MODIFIED_JULIAN_DAY", "ModifiedJulianDay", 40587), julian("RATA_DIE", "RataDie", 719163),
	}
}

// weekRules are those that there can be.
func weekRules() (out []weekRule) {
	for first := range int64(7) {
		for least := range int64(7) {
			out = append(out, weekRule{first + 1, least + 1})
		}
	}
	return out
}

// fieldConstants makes constants of fields, all of a class.
func fieldConstants(java string, fields []chronoField) map[string]any {
	out := make(map[string]any, len(fields))
	for i := range fields {
		out[fields[i].name] = document.ObjectOf(&enum{java: java, name: fields[i].name, ordinal: enumIn(firstDateField).ordinal, shown: fields[i].shownAs})
	}
	return out
}

const weekField = "java.time.temporal.WeekFields$ComputedDayOfField"

func weekClasses() []classSpec {
	iso := isoFields()
	isoJava, julianJava := "java.time.temporal.IsoFields$Field", "java.time.temporal.JulianFields$Field"
	field := func(java string) classSpec {
		return classSpec{name: java[len("java.time.temporal."):], java: java, extends: []string{"TemporalField"}}
	}
	isoConstants := fieldConstants(isoJava, iso[:4])
	isoConstants["QUARTER_YEARS"], isoConstants["WEEK_BASED_YEARS"] = quarterYears, weekBasedYears
	return []classSpec{
		rangeClass(), field(isoJava), field(julianJava), field(weekField),
		{name: "IsoFields$Unit", java: "java.time.temporal.IsoFields$Unit", extends: []string{"TemporalUnit"}},
		{name: "IsoFields", java: "java.time.temporal.IsoFields", constants: isoConstants},
		{name: "JulianFields", java: "java.time.temporal.JulianFields", constants: fieldConstants(julianJava, iso[4:])},
		weekFieldsClass(),
	}
}

func weekFieldsClass() classSpec {
	of := func(w weekRule) Value { return document.ObjectOf(w) }
	field := func(i int) native {
		return func(_ *thread, args []Value) Value {
			f := objectOf[weekRule](args[0]).fields()[i]
			return document.ObjectOf(&enum{java: weekField, name: f.name, ordinal: enumIn(firstDateField).ordinal, shown: f.shownAs})
		}
	}
	return classSpec{
		name: "WeekFields", java: "java.time.temporal.WeekFields",
		methods: []member{
			{"TemporalField dayOfWeek()", field(0)},
			{"TemporalField weekOfMonth()", field(1)},
			{"TemporalField weekOfYear()", field(2)},
			{"TemporalField weekOfWeekBasedYear()", field(3)},
			{"TemporalField weekBasedYear()", field(4)},
			{"DayOfWeek getFirstDayOfWeek()", func(v Value) Value { return daysOfWeek[objectOf[weekRule](v).first-1] }},
			{"int getMinimalDaysInFirstWeek()", func(v Value) Value { return document.Integer(int32(objectOf[weekRule](v).least)) }},
		},
		statics: []member{
			{"WeekFields of(DayOfWeek, int)", func(t *thread, args []Value) Value {
				least := args[1].Int64()
				if least < 1 || least > 7 {
					t.throw(document.IllegalArgument, "Minimal number of days is invalid")
				}
				return of(weekRule{int64(enumIn(args[0]).ordinal) + 1, least})
			}},
			{"WeekFields of(Locale)", func(t *thread, args []Value) Value {
				first, least := t.formatLocale(args[0]).Weeks()
				return of(weekRule{first, least})
			}},
		},
		constants: map[string]any{"ISO": of(isoWeekRule), "SUNDAY_START": of(weekRule{7, 1}), "WEEK_BASED_YEARS": weekBasedYears},
	}
}

// A valueRange is a java.time.temporal.ValueRange.
type valueRange struct{ low, lowMost, highLeast, high int64 }

// JavaClass implements document.Object.
func (valueRange) JavaClass() string { return "java.time.temporal.ValueRange" }

// AppendText implements document.Object.
func (r valueRange) AppendText(dst []byte) []byte {
	dst = fmt.Append(dst, r.low)
	if r.low != r.lowMost {
		dst = fmt.Appendf(dst, "/%d", r.lowMost)
	}
	dst = fmt.Appendf(dst, " - %d", r.highLeast)
	if r.high != r.highLeast {
		dst = fmt.Appendf(dst, "/%d", r.high)
	}
	return dst
}

// Identity implements document.Object.
func (r valueRange) Identity() string { return string(r.AppendText(nil)) }

// HashCode implements document.Object.
func (r valueRange) HashCode() int32 {
	hash := r.low + r.lowMost<<16 + r.lowMost>>48 + r.highLeast<<32 + r.highLeast>>32 + r.high<<48 + r.high>>16
	return int32(hash ^ int64(uint64(hash)>>32))
}

func (r valueRange) has(n int64) bool { return n >= r.low && n <= r.high }

func rangeClass() classSpec {
	in := func(v Value) valueRange { return objectOf[valueRange](v) }
	number := func(signature string, of func(r valueRange) int64) member {
		return member{signature, func(v Value) Value { return document.Long(of(in(v))) }}
	}
	checked := func(t *thread, args []Value) int64 {
		n := args[1].Int64()
		if !in(args[0]).has(n) {
			t.throw(dateTimeException, "Invalid value for %s (valid values %s): %d", args[2].Text(), args[0].Text(), n)
		}
		return n
	}
	return classSpec{
		name: "ValueRange", java: "java.time.temporal.ValueRange",
		methods: []member{
			number("long getMinimum()", func(r valueRange) int64 { return r.low }),
			number("long getLargestMinimum()", func(r valueRange) int64 { return r.lowMost }),
			number("long getSmallestMaximum()", func(r valueRange) int64 { return r.highLeast }),
			number("long getMaximum()", func(r valueRange) int64 { return r.high }),
			{"boolean isFixed()", func(v Value) Value {
				return document.Boolean(in(v).low == in(v).lowMost && in(v).high == in(v).highLeast)
			}},
			{"boolean isIntValue()", func(v Value) Value {
				return document.Boolean(in(v).low == int64(int32(in(v).low)) && in(v).high == int64(int32(in(v).high)))
			}},
			{"boolean isValidValue(long)", func(_ *thread, args []Value) Value { return document.Boolean(in(args[0]).has(args[1].Int64())) }},
			{"boolean isValidIntValue(long)", func(_ *thread, args []Value) Value {
				n := args[1].Int64()
				return document.Boolean(n == int64(int32(n)) && in(args[0]).has(n))
			}},
			{"long checkValidValue(long, TemporalField)", func(t *thread, args []Value) Value { return document.Long(checked(t, args)) }},
			{"int checkValidIntValue(long, TemporalField)", func(t *thread, args []Value) Value { return document.Integer(int32(checked(t, args))) }},
		},
		statics: []member{
			{"ValueRange of(long, long)", func(_ *thread, args []Value) Value {
				low, high := args[0].Int64(), args[1].Int64()
				return document.ObjectOf(valueRange{low, low, high, high})
			}},
			{"ValueRange of(long, long, long)", func(_ *thread, args []Value) Value {
				low := args[0].Int64()
				return document.ObjectOf(valueRange{low, low, args[1].Int64(), args[2].Int64()})
			}},
			{"ValueRange of(long, long, long, long)", func(_ *thread, args []Value) Value {
				return document.ObjectOf(valueRange{args[0].Int64(), args[1].Int64(), args[2].Int64(), args[3].Int64()})
			}},
		},
	}
}

// validField is TemporalField.checkValidValue.
func (t *thread) validField(args []Value) int64 {
	r, n := t.rangeOfField(enumIn(args[0]).name, nil), args[1].Int64()
	if !objectOf[valueRange](r).has(n) {
		t.throw(dateTimeException, "Invalid value for %s (valid values %s): %d", enumIn(args[0]).shown, r.Text(), n)
	}
	return n
}

// rangeOfField is TemporalField.range, and TemporalAccessor.range where the month or year is
// known: they say how many days there are.
func (t *thread) rangeOfField(name string, of *moment) Value {
	f, ok := t.lib.fields[name]
	switch {
	case name == "OFFSET_SECONDS":
		return document.ObjectOf(valueRange{-18 * 3600, -18 * 3600, 18 * 3600, 18 * 3600})
	case !ok:
		t.throw(unsupportedTemporal, "Unsupported field: %s", fieldName(name, f))
	}
	r := valueRange{f.low, f.low, f.high, f.high}
	switch name {
	case "DAY_OF_MONTH":
		r.highLeast = 28
		if of != nil {
			r.highLeast = int64(daysIn(of.t))
			r.high = r.highLeast
		}
	case "DAY_OF_YEAR":
		r.highLeast = 365
		if of != nil {
			r.highLeast = int64(utcDate(of.t.Year(), 12, 31).YearDay())
			r.high = r.highLeast
		}
	case "ALIGNED_WEEK_OF_MONTH":
		r.highLeast = 4
	case "YEAR_OF_ERA":
		r.high = maxYear + 1
		r.highLeast = maxYear
	case "DAY_OF_QUARTER":
		r.highLeast = 90
	case "WEEK_OF_WEEK_BASED_YEAR":
		r.highLeast = 52
	}
	return document.ObjectOf(r)
}
