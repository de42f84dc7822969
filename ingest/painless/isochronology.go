package painless

import (
	"github.com/sluice-otel/sluice/ingest/document"
)

// An isoChronology is IsoChronology.INSTANCE, the calendar of ISO 8601. Others are not there.
type isoChronology struct{}

// JavaClass implements document.Object.
func (isoChronology) JavaClass() string { return "java.time.chrono.IsoChronology" }

// AppendText implements document.Object.
func (isoChronology) AppendText(dst []byte) []byte { return append(dst, "ISO"...) }

// Identity implements document.Object.
func (isoChronology) Identity() string { return "ISO" }

// HashCode implements document.Object.
func (c isoChronology) HashCode() int32 {
	return document.String(c.JavaClass()).HashCode() ^ document.String("ISO").HashCode()
}

var isoCalendar = document.ObjectOf(isoChronology{})

func isoClasses() []classSpec {
	era := enumSpec(isoEras, "Era")
	era.methods = []member{{"int getValue()", func(v Value) Value { return document.Integer(int32(enumIn(v).ordinal)) }}}
	era.statics = append(era.statics, member{"IsoEra of(int)", eraOf})
	return []classSpec{
		{name: "Era", java: "java.time.chrono.Era", open: true, extends: []string{"TemporalAccessor"}}, era,
		{
			name: "Chronology", java: "java.time.chrono.Chronology", open: true, methods: chronologyMembers,
			statics: []member{
				{"Chronology of(String)", func(t *thread, args []Value) Value {
					if id := t.text(args[0]); id != "ISO" && id != "iso8601" {
						t.throw(dateTimeException, "Unknown chronology: %s", id)
					}
					return isoCalendar
				}},
				{"Chronology from(TemporalAccessor)", func(*thread, []Value) Value { return isoCalendar }},
			},
		},
		{name: "IsoChronology", java: "java.time.chrono.IsoChronology", extends: []string{"Chronology"}, constants: map[string]any{"INSTANCE": isoCalendar}},
	}
}

var isoEras = enumValues("java.time.chrono.IsoEra", "BCE", "CE")

func eraOf(t *thread, args []Value) Value {
	n := args[len(args)-1].Int64()
	if n != 0 && n != 1 {
		t.throw(dateTimeException, "Invalid era: %d", n)
	}
	return isoEras[n]
}

var chronologyMembers = []member{
	{"String getId()", textOf},
	{"String getCalendarType()", func(Value) Value { return document.String("iso8601") }},
	{"boolean isLeapYear(long)", func(_ *thread, args []Value) Value { return document.Boolean(isLeap(int(args[1].Int64()))) }},
	{"Era eraOf(int)", eraOf},
	{"int prolepticYear(Era, int)", func(_ *thread, args []Value) Value {
		if enumIn(args[1]).ordinal == 0 {
			return document.Integer(1 - int32(args[2].Int64()))
		}
		return document.Integer(int32(args[2].Int64()))
	}},
	{"LocalDate date(int, int, int)", func(t *thread, args []Value) Value { return ofParts(localDate, dateParts)(t, args[1:]) }},
	{"LocalDate date(TemporalAccessor)", func(t *thread, args []Value) Value { return t.need(args[1], localDate).value() }},
	{"LocalDate dateEpochDay(long)", func(t *thread, args []Value) Value {
		return t.setField(moment{localDate, utcDate(1970, 1, 1)}, "EPOCH_DAY", args[1].Int64()).value()
	}},
	{"LocalDate dateYearDay(int, int)", func(t *thread, args []Value) Value {
		return ofParts(localDate, []part{dateParts[0], dateParts[3]})(t, args[1:])
	}},
	{"LocalDateTime localDateTime(TemporalAccessor)", func(t *thread, args []Value) Value { return t.need(args[1], localDateTime).value() }},
	{"ZonedDateTime zonedDateTime(TemporalAccessor)", func(t *thread, args []Value) Value { return t.need(args[1], zonedDateTime).value() }},
	{"ValueRange range(ChronoField)", func(t *thread, args []Value) Value { return t.rangeOfField(enumIn(args[1]).name, nil) }},
}
