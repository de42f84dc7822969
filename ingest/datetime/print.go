package datetime

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Printer is a compiled output format. It is safe for concurrent use.
type Printer struct {
	elements pattern
	sections pattern // with optional sections; only of a pattern
	unit     int64   // of an epoch, in nanoseconds, instead of elements
	weeks    weekRule
	millis   bool // it is the format of AppendISO with three digits
}

// millisFormat is what processors print dates in that are not told another format.
const millisFormat = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"

// CompilePrinter compiles an output format: one of Elasticsearch's named
// formats, a java.time pattern, or several with || between, of which the first
// is printed.
func CompilePrinter(format string, locale *Locale) (*Printer, error) {
	p := &Printer{weeks: locale.weeks, millis: strings.TrimSpace(format) == millisFormat}
	for i, alternative := range strings.Split(strings.TrimSpace(format), "||") {
		alternative = strings.TrimSpace(alternative)
		forms, err := compileForms(alternative, locale)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			continue
		}
		p.elements, p.sections, p.unit = flat(forms[0].elements), forms[0].elements, forms[0].unit
		if n, ok := namedForms()[alternative]; ok {
			p.elements = n.printer
		}
	}
	return p, nil
}

// flat returns a pattern without optional sections: a date has every field, so
// that each is printed.
func flat(elements pattern) pattern {
	var out pattern
	for _, e := range elements {
		if e.op == opOptional {
			out = append(out, flat(e.body)...)
		} else {
			out = append(out, e)
		}
	}
	return out
}

// Print returns the text of t in its own location, and allocates nothing else.
// The error has java.time's text; it happens only for formats that cannot show
// the year of t.
func (p *Printer) Print(t time.Time) (string, error) {
	var room [64]byte
	switch {
	case p.unit != 0:
		return string(appendEpoch(room[:0], t, p.unit)), nil
	case p.millis && usual(t):
		return string(AppendISO(room[:0], t, 3)), nil
	}
	w := writer{moment: momentOf(t), weeks: p.weeks}
	text := string(w.append(room[:0], p.elements))
	return text, w.err
}

// usual reports whether RFC 3339 and java.time have the same text for t: its year has four
// digits, its offset whole minutes.
func usual(t time.Time) bool {
	_, offset := t.Zone()
	year := t.Year()
	return year > 0 && year < 10_000 && offset%60 == 0
}

// AppendISO appends t as yyyy-MM-dd'T'HH:mm:ss, with so many digits of the second behind a
// point, 3, 6 or 9, and XXX. The year has four digits. The text of RFC 3339 is the fastest
// that the library prints; it only lacks the fraction.
func AppendISO(dst []byte, t time.Time, digits int) []byte {
	const behindSeconds = len("2006-01-02T15:04:05")
	var room [len(time.RFC3339)]byte
	text := t.AppendFormat(room[:0], time.RFC3339)
	dst = append(append(dst, text[:behindSeconds]...), '.')
	fraction := int64(t.Nanosecond())
	for at := 100_000_000; digits > 0; digits-- {
		dst = append(dst, byte('0'+fraction/int64(at)%10))
		at /= 10
	}
	return append(dst, text[behindSeconds:]...)
}

// A moment is a time taken apart.
type moment struct {
	time   time.Time
	day    int64 // of the local date
	date   date
	nanos  int64 // of the local day
	offset int
}

func momentOf(t time.Time) moment {
	_, offset := t.Zone()
	local := t.Unix() + int64(offset)
	day := floorDiv(local, secondsPerDay)
	return moment{
		time: t, day: day, date: dateOf(day), offset: offset,
		nanos: (local-day*secondsPerDay)*nanosPerSecond + int64(t.Nanosecond()),
	}
}

// A writer prints one date. Its methods append to a buffer they are given, so
// that the caller's stays on the stack.
type writer struct {
	moment moment
	weeks  weekRule
	digits *Digits // nil for the usual ones
	err    error
}

func (w *writer) append(dst []byte, elements pattern) []byte {
	for i := range elements {
		e := &elements[i]
		start := len(dst)
		dst = w.element(dst, e)
		if w.digits != nil && (e.op == opNumber || e.op == opReduced || e.op == opFraction) {
			dst = w.digits.written(dst, start)
		}
		if e.pad > 0 {
			dst = w.padded(dst, start, e)
		}
	}
	return dst
}

func (w *writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}

func (w *writer) element(dst []byte, e *element) []byte {
	switch e.op {
	case opLiteral:
		return append(dst, e.literal...)
	case opNumber:
		return w.number(dst, e, w.field(e.field))
	case opReduced:
		return appendDigits(dst, floorMod(w.field(e.field), 100), 2)
	case opFraction:
		return w.fraction(dst, e)
	case opText:
		return w.text(dst, e)
	case opOffset:
		return appendOffset(dst, &offsetStyles[e.offset], w.moment.offset, e.literal)
	case opLocalizedOffset:
		return appendLocalizedOffset(dst, w.moment.offset, e.full)
	case opZoneID:
		return append(dst, zoneIDOf(w.moment.time.Location())...)
	case opZoneName, opGenericZoneName:
		return append(dst, w.zoneName(e)...)
	case opInstant:
		return appendInstant(dst, w.moment.time.UTC(), e.min)
	case opOptional, opIgnoreCase, opDefault:
	}
	return dst
}

func (w *writer) field(f field) int64 {
	switch {
	case timeFields.has(f):
		return timeField(f, w.moment.nanos)
	case f == year, f == yearOfEra && w.moment.date.year > 0:
		return w.moment.date.year
	case f == monthOfYear:
		return int64(w.moment.date.month)
	case f == dayOfMonth:
		return int64(w.moment.date.day)
	}
	return w.weeks.fieldOf(f, w.moment.day)
}

// number is NumberPrinterParser.format.
func (w *writer) number(dst []byte, e *element, v int64) []byte {
	size := digitsIn(v)
	switch {
	case size > e.max:
		w.fail("Field %s cannot be printed as the value %d exceeds the maximum print width of %d", fields[e.field].name, v, e.max)
		return dst
	case v < 0 && e.sign == signNotNegative:
		w.fail("Field %s cannot be printed as the value %d cannot be negative according to the SignStyle", fields[e.field].name, v)
		return dst
	case v < 0 && e.sign != signNever:
		dst = append(dst, '-')
	case v >= 0 && e.sign == signExceedsPad && size > e.min:
		dst = append(dst, '+')
	}
	return appendDigits(dst, max(v, -v), e.min)
}

func digitsIn(v int64) int {
	n := 1
	for v = max(v, -v); v >= 10; v /= 10 {
		n++
	}
	return n
}

// appendDigits appends v, which is not negative, with leading zeros.
func appendDigits(dst []byte, v int64, width int) []byte {
	switch {
	case width == 2 && v < 100:
		return append(dst, byte('0'+v/10), byte('0'+v%10))
	case width == 3 && v < 1000:
		return append(dst, byte('0'+v/100), byte('0'+v/10%10), byte('0'+v%10))
	case width == 4 && v < 10_000:
		return append(dst, byte('0'+v/1000), byte('0'+v/100%10), byte('0'+v/10%10), byte('0'+v%10))
	}
	for n := digitsIn(v); n < width; n++ {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, v, 10)
}

// fraction prints as many digits as there are, min at least and max at most.
func (w *writer) fraction(dst []byte, e *element) []byte {
	v := w.field(e.field) / powersOf10[9-e.max]
	digits := e.max
	for ; digits > e.min && v%10 == 0; digits-- {
		v /= 10
	}
	if digits == 0 {
		return dst
	}
	if e.point {
		dst = append(dst, '.')
	}
	return appendDigits(dst, v, digits)
}

func (w *writer) text(dst []byte, e *element) []byte {
	v := w.field(e.field)
	for i := range e.names {
		if e.names[i].value == v {
			return append(dst, e.names[i].text...)
		}
	}
	return dst
}

// padded moves what was appended since start to the right.
func (w *writer) padded(dst []byte, start int, e *element) []byte {
	width := e.pad
	n := len(dst) - start
	if n > width {
		w.fail("Cannot print as output of %d characters exceeds pad width of %d", n, width)
		return dst
	}
	for range width - n {
		dst = append(dst, e.fill)
	}
	copy(dst[start+width-n:], dst[start:start+n])
	for i := range width - n {
		dst[start+i] = e.fill
	}
	return dst
}

// appendOffset is OffsetIdPrinterParser.format.
func appendOffset(dst []byte, style *offsetStyle, seconds int, zero string) []byte {
	sign, abs := byte('+'), seconds
	if seconds < 0 {
		sign, abs = '-', -seconds
	}
	h, m, s := int64(abs/3600), int64(abs/60%60), int64(abs%60)
	if h == 0 && m == 0 && (s == 0 || !style.seconds) {
		return append(dst, zero...)
	}
	dst = appendDigits(append(dst, sign), h, 2)
	if !style.minutesOptional || m > 0 {
		dst = appendPart(dst, m, style.colon)
	}
	if style.seconds && s > 0 {
		dst = appendPart(dst, s, style.colon)
	}
	return dst
}

func appendPart(dst []byte, v int64, colon bool) []byte {
	if colon {
		dst = append(dst, ':')
	}
	return appendDigits(dst, v, 2)
}

// appendLocalizedOffset is LocalizedOffsetIdPrinterParser.format.
func appendLocalizedOffset(dst []byte, seconds int, full bool) []byte {
	dst = append(dst, "GMT"...)
	if seconds == 0 {
		return dst
	}
	sign, abs := byte('+'), seconds
	if seconds < 0 {
		sign, abs = '-', -seconds
	}
	width := 1
	if full {
		width = 2
	}
	dst = appendDigits(append(dst, sign), int64(abs/3600), width)
	m, s := int64(abs/60%60), int64(abs%60)
	if full || m > 0 || s > 0 {
		dst = appendPart(dst, m, true)
	}
	if s > 0 {
		dst = appendPart(dst, s, true)
	}
	return dst
}

// zoneIDOf is the Java id of a location. Go's UTC stands for the offset zero.
func zoneIDOf(l *time.Location) string {
	if l == time.UTC {
		return UTC.id
	}
	return l.String()
}

// zoneNamesOf has the six names of each region.
var zoneNamesOf = sync.OnceValue(func() map[string][]string {
	out := make(map[string][]string)
	for line := range strings.Lines(zoneNamesFile) {
		names, ids, _ := strings.Cut(line, ": ")
		columns := strings.Split(names, "|")
		for id := range strings.FieldsSeq(ids) {
			out[id] = columns
		}
	}
	return out
})

// zoneName returns the name of the moment's zone: short or full, of standard
// or daylight saving time, or generic. Zones without a name have their id.
func (w *writer) zoneName(e *element) string {
	id := zoneIDOf(w.moment.time.Location())
	names, ok := zoneNamesOf()[id]
	if !ok {
		return id
	}
	at := 0
	switch {
	case e.op == opGenericZoneName:
		at = 2
	case w.moment.time.IsDST():
		at = 1
	}
	if e.full {
		at += 3
	}
	return names[at]
}

// appendEpoch prints epoch_second and epoch_millis: a fraction only if there
// is one.
func appendEpoch(dst []byte, t time.Time, unit int64) []byte {
	second, nano := t.Unix(), int64(t.Nanosecond())
	if second < 0 && nano > 0 {
		second, nano = second+1, nano-nanosPerSecond
	}
	if second < 0 || nano < 0 {
		dst, second, nano = append(dst, '-'), -second, -nano
	}
	perSecond := nanosPerSecond / unit
	dst = strconv.AppendInt(dst, second*perSecond+nano/unit, 10)
	digits := 9
	if unit == 1_000_000 {
		digits = 6
	}
	rest := nano % unit
	if rest == 0 {
		return dst
	}
	for ; rest%10 == 0; digits-- {
		rest /= 10
	}
	return appendDigits(append(dst, '.'), rest, digits)
}
