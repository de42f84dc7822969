package painless

import (
	"fmt"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A fieldPosition is a java.text.FieldPosition: it asks where a field is in a
// text that is made, in UTF-16 units.
type fieldPosition struct {
	field      Value // a Format.Field, or null for the field of the number
	number     int
	begin, end int
}

// JavaClass implements document.Object.
func (*fieldPosition) JavaClass() string { return "java.text.FieldPosition" }

// AppendText implements document.Object.
func (p *fieldPosition) AppendText(dst []byte) []byte {
	return fmt.Appendf(dst, "java.text.FieldPosition[field=%d,attribute=%s,beginIndex=%d,endIndex=%d]", p.number, p.field.Text(), p.begin, p.end)
}

// Identity implements document.Object.
func (p *fieldPosition) Identity() string { return string(p.AppendText(nil)) }

// HashCode implements document.Object.
func (p *fieldPosition) HashCode() int32 {
	return int32(p.number)<<24 | int32(p.begin)<<16 | int32(p.end)
}

// find sets the position to the first field that was asked for, in a text that
// stands behind so many units; to 0 if there is none.
func (p *fieldPosition) find(text fieldText, before int) {
	p.begin, p.end = 0, 0
	for _, s := range text.fields {
		if p.field.IsNull() && s.number == p.number || !p.field.IsNull() && s.field.Object() == p.field.Object() {
			p.begin, p.end = before+units(text.text, s.from), before+units(text.text, s.to)
			return
		}
	}
}

func fieldPositionClass() classSpec {
	in := func(v Value) *fieldPosition { return objectOf[*fieldPosition](v) }
	return classSpec{
		name: "FieldPosition", java: "java.text.FieldPosition",
		methods: []member{
			{"int getBeginIndex()", func(v Value) Value { return document.Integer(int32(in(v).begin)) }},
			{"int getEndIndex()", func(v Value) Value { return document.Integer(int32(in(v).end)) }},
			{"int getField()", func(v Value) Value { return document.Integer(int32(in(v).number)) }},
			{"Format.Field getFieldAttribute()", func(v Value) Value { return in(v).field }},
			{"void setBeginIndex(int)", func(_ *thread, args []Value) Value {
				in(args[0]).begin = int(args[1].Int64())
				return document.Null
			}},
			{"void setEndIndex(int)", func(_ *thread, args []Value) Value {
				in(args[0]).end = int(args[1].Int64())
				return document.Null
			}},
		},
		statics: []member{
			{"FieldPosition(int)", func(v Value) Value { return document.ObjectOf(&fieldPosition{number: int(v.Int64())}) }},
			{"FieldPosition(Format.Field, int)", func(_ *thread, args []Value) Value {
				return document.ObjectOf(&fieldPosition{field: args[0], number: int(args[1].Int64())})
			}},
		},
	}
}

// The fields of texts. dateFields are in the order of the constants of DateFormat.
var (
	dateFields = fieldValues("DateFormat", "ERA:era YEAR:year MONTH:month DAY_OF_MONTH:day_of_month HOUR_OF_DAY1:hour_of_day_1 "+
		"HOUR_OF_DAY0:hour_of_day MINUTE:minute SECOND:second MILLISECOND:millisecond DAY_OF_WEEK:day_of_week "+
		"DAY_OF_YEAR:day_of_year DAY_OF_WEEK_IN_MONTH:day_of_week_in_month WEEK_OF_YEAR:week_of_year "+
		"WEEK_OF_MONTH:week_of_month AM_PM:am_pm HOUR1:hour_1 HOUR0:hour TIME_ZONE:time_zone")
	numberFields = fieldValues("NumberFormat", "INTEGER:integer FRACTION:fraction EXPONENT:exponent DECIMAL_SEPARATOR:decimal_separator "+
		"SIGN:sign GROUPING_SEPARATOR:grouping_separator EXPONENT_SYMBOL:exponent_symbol PERCENT:percent PERMILLE:per_mille "+
		"CURRENCY:currency EXPONENT_SIGN:exponent_sign")
	messageFields = fieldValues("MessageFormat", "ARGUMENT:message_argument_field")
)

// fieldValues makes the constants of a Field class; toString names the class, too.
func fieldValues(format, names string) []Value {
	java := "java.text." + format + "$Field"
	var constants []string
	for field := range strings.FieldsSeq(names) {
		name, shown, _ := strings.Cut(field, ":")
		constants = append(constants, name+":"+java+"("+strings.ReplaceAll(shown, "_", " ")+")")
	}
	return enumValues(java, constants...)
}

// fieldClasses are Format.Field and what extends it.
func fieldClasses() []classSpec {
	dates := fieldClass(dateFields)
	dates.methods = []member{{"int getCalendarField()", func(v Value) Value {
		return document.Integer(int32(calendarFieldOf[enumIn(v).ordinal]))
	}}}
	dates.statics = []member{{"DateFormat.Field ofCalendarField(int)", func(t *thread, args []Value) Value {
		n := args[0].Int64()
		if n < 0 || n >= calendarFields {
			t.throw(document.IllegalArgument, "Unknown Calendar constant %d", n)
		}
		for i, field := range calendarFieldOf {
			if int64(field) == n {
				return dateFields[i]
			}
		}
		return document.Null
	}}}
	return []classSpec{
		{name: "Format.Field", java: "java.text.Format$Field", open: true, extends: []string{"AttributedCharacterIterator.Attribute"}}, dates, fieldClass(numberFields), fieldClass(messageFields),
	}
}

func fieldClass(values []Value) classSpec {
	s := enumSpec(values)
	s.extends, s.statics = []string{"Format.Field"}, nil // it is no enum in Java
	return s
}

// calendarFieldOf has the field of Calendar for each of dateFields, -1 if there is
// none.
var calendarFieldOf = [...]int{
	calEra, calYear, calMonth, calDate, -1, calHourOfDay, calMinute, calSecond, calMillisecond, calDayOfWeek, calDayOfYear,
	calDayOfWeekInMonth, calWeekOfYear, calWeekOfMonth, calAmPm, -1, calHour, -1,
}
