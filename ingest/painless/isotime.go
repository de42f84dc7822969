package painless

import (
	"strconv"
	"strings"
	"time"

	"github.com/sluice-otel/sluice/ingest/datetime"
)

// An isoReader reads the forms of ISO 8601 that the classes of java.time parse
// without a formatter.
type isoReader struct {
	text string
	pos  int // where it is, and in the end where it failed
	ok   bool
}

func (r *isoReader) fail() { r.ok = false }

// digits reads a number of least to most digits.
func (r *isoReader) digits(least, most int) int {
	end := r.pos
	for end < len(r.text) && end-r.pos < most && isDigit(r.text[end]) {
		end++
	}
	if end-r.pos < least {
		r.fail()
		return 0
	}
	n, _ := strconv.Atoi(r.text[r.pos:end])
	r.pos = end
	return n
}

func (r *isoReader) peek(c byte) bool {
	return r.ok && r.pos < len(r.text) && r.text[r.pos]|0x20 == c|0x20
}

func (r *isoReader) accept(c byte) bool {
	if r.peek(c) {
		r.pos++
		return true
	}
	return false
}

func (r *isoReader) expect(c byte) {
	if r.ok && !r.accept(c) {
		r.fail()
	}
}

// number reads digits in a range; out of it the text fails where they began.
func (r *isoReader) number(low, high int) int {
	at := r.pos
	if !r.ok {
		return low
	}
	n := r.digits(2, 2)
	if r.ok && (n < low || n > high) {
		r.pos = at
		r.fail()
	}
	return n
}

func (r *isoReader) year() int {
	sign := 1
	signed := r.peek('+') || r.peek('-')
	if r.accept('-') {
		sign = -1
	} else {
		r.accept('+')
	}
	most := 4
	if signed {
		most = 9
	}
	return sign * r.digits(4, most)
}

func (r *isoReader) date() (y, m, d int) {
	y = r.year()
	r.expect('-')
	m = r.number(1, 12)
	r.expect('-')
	d = r.number(1, 31)
	return y, m, d
}

// clock reads HH:mm, with seconds and a fraction if there are.
func (r *isoReader) clock() (nanos int64) {
	hour := r.number(0, 23)
	r.expect(':')
	minute := r.number(0, 59)
	second, fraction := 0, int64(0)
	if r.accept(':') {
		second = r.number(0, 59)
		if r.ok && r.accept('.') {
			start := r.pos
			r.digits(0, 9)
			if r.pos > start {
				fraction, _ = strconv.ParseInt((r.text[start:r.pos] + "000000000")[:9], 10, 64)
			}
		}
	}
	return int64(hour)*int64(time.Hour) + int64(minute)*int64(time.Minute) + int64(second)*int64(time.Second) + fraction
}

// zone reads Z, +HH:mm or +HH:mm:ss; a region in brackets may follow where it
// is allowed.
func (r *isoReader) zone(region bool) *time.Location {
	start := r.pos
	switch {
	case r.accept('z'):
	case r.accept('+'), r.accept('-'):
		r.number(0, 18)
		if r.ok && r.accept(':') {
			r.number(0, 59)
			if r.ok && r.accept(':') {
				r.number(0, 59)
			}
		}
	default:
		r.fail()
	}
	if !r.ok {
		return time.UTC
	}
	id := strings.ToUpper(r.text[start:r.pos])
	if region && r.accept('[') {
		end := strings.IndexByte(r.text[r.pos:], ']')
		if end < 0 {
			r.fail()
			return time.UTC
		}
		id = r.text[r.pos : r.pos+end]
		r.pos += end + 1
	}
	z, err := datetime.ParseZone(id)
	if err != nil {
		r.pos = start
		r.fail()
		return time.UTC
	}
	return z.Location()
}

// An isoTime is what a text says.
type isoTime struct {
	year, month, day int
	nanos            int64
	loc              *time.Location
}

// read reads the form of a class. A text without a zone takes the given one if
// there is one.
func (r *isoReader) read(c chronology, zone *datetime.Zone) isoTime {
	out := isoTime{year: 1970, month: 1, day: 1, loc: time.UTC}
	switch c {
	case year:
		out.year = r.year()
		return out
	case yearMonth:
		out.year = r.year()
		r.expect('-')
		out.month = r.number(1, 12)
		return out
	case monthDay:
		r.expect('-')
		r.expect('-')
		out.year, out.month = 2000, r.number(1, 12)
		r.expect('-')
		out.day = r.number(1, 31)
		return out
	default:
	}
	if c.hasDate() || c == instant {
		out.year, out.month, out.day = r.date()
		if c != localDate {
			r.expect('t')
		}
	}
	if c.hasTime() || c == instant {
		out.nanos = r.clock()
	}
	switch {
	case r.ok && zone != nil && r.pos == len(r.text):
		out.loc = zone.Location()
	case c.hasOffset() || c == instant:
		out.loc = r.zone(c == zonedDateTime)
	}
	return out
}

// parseISO is parse(CharSequence) of a class.
func (t *thread) parseISO(text string, c chronology, zone *datetime.Zone) moment {
	r := &isoReader{text: text, ok: true}
	at := r.read(c, zone)
	switch {
	case !r.ok:
		t.throwWith(dateTimeParse, parseDetails(text, r.pos), "Text '%s' could not be parsed at index %d", text, r.pos)
	case r.pos < len(text):
		t.throwWith(dateTimeParse, parseDetails(text, r.pos), "Text '%s' could not be parsed, unparsed text found at index %d", text, r.pos)
	case at.day > daysInMonth(at.year, time.Month(at.month)):
		t.throwInvalidDate(text, at.year, at.month, at.day)
	}
	out := time.Date(at.year, time.Month(at.month), at.day, 0, 0, 0, 0, at.loc)
	return moment{c, moment{t: out}.atNanos(at.nanos).t}.as(c)
}

func (t *thread) throwInvalidDate(text string, y, m, d int) {
	reason := "Invalid date '" + enumIn(months[m-1]).name + " " + strconv.Itoa(d) + "'"
	if m == 2 && d == 29 {
		reason = "Invalid date 'February 29' as '" + strconv.Itoa(y) + "' is not a leap year"
	}
	t.throwWith(dateTimeParse, parseDetails(text, 0), "Text '%s' could not be parsed: %s", text, reason)
}
