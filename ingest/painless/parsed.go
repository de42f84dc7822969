package painless

import (
	"time"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A parsedTime is a java.time.format.Parsed: what a text says, and the zone it is in.
type parsedTime struct {
	*datetime.Reading
	zone    *datetime.Zone // of the text or else of the formatter, or nil
	instant *time.Time     // of ISO_INSTANT; then there is nothing else
}

// JavaClass implements document.Object.
func (parsedTime) JavaClass() string { return "java.time.format.Parsed" }

// AppendText implements document.Object.
func (p parsedTime) AppendText(dst []byte) []byte {
	if p.instant != nil {
		dst = append(document.Long(p.instant.Unix()).AppendText(append(dst, "{InstantSeconds="...)), "},ISO,Z resolved to "...)
		return moment{localDateTime, *p.instant}.AppendText(dst)
	}
	return p.Reading.AppendText(dst)
}

// Identity implements document.Object.
func (p parsedTime) Identity() string { return string(p.AppendText(nil)) }

// HashCode implements document.Object.
func (parsedTime) HashCode() int32 { return identityHash }

// lacking is the message of a class that it has not enough for.
func (p parsedTime) lacking(class string) string {
	return "Unable to obtain " + class + " from TemporalAccessor: " + p.Identity() + " of type " + p.JavaClass()
}

// local returns the date and the time that there are.
func (p parsedTime) local() (at time.Time, hasDate, hasTime bool) {
	if p.instant != nil {
		return *p.instant, true, true
	}
	day, hasDate := p.Day()
	clock, hasTime := p.Clock()
	return time.Unix(day*86400, 0).UTC().Add(clock), hasDate, hasTime
}

// offset returns the offset, which may be the zone.
func (p parsedTime) offset(t *thread) *datetime.Zone {
	switch {
	case p.instant != nil:
		return datetime.UTC
	case p.zone != nil && zone{p.zone}.isOffset():
		return p.zone
	}
	if seconds, ok := p.Offset(); ok {
		return t.offsetZone(seconds)
	}
	return nil
}

// moment returns what was parsed as a class, if there is enough for it.
func (p parsedTime) moment(t *thread, c chronology) (out moment, ok bool) {
	at, hasDate, hasTime := p.local()
	in, offset := p.zone, p.offset(t)
	if in == nil {
		in = offset
	}
	if c == year || c == yearMonth || c == monthDay {
		return p.incomplete(t, c)
	}
	if !hasDate && (c.hasDate() || c == instant) || !hasTime && c != localDate {
		return moment{}, false
	}
	switch c {
	case zonedDateTime, instant:
		if in == nil {
			return moment{}, false
		}
		at = located(at, in, offset)
	case offsetDateTime, offsetTime:
		if offset == nil {
			return moment{}, false
		}
		at = wall(at, offset.Location())
	default:
	}
	return moment{zonedDateTime, at}.as(c), true
}

// located puts a local time into a zone; an offset says which instant it is.
func located(at time.Time, in, offset *datetime.Zone) time.Time {
	if offset == nil {
		return wall(at, in.Location())
	}
	return wall(at, offset.Location()).In(in.Location())
}

// incomplete returns a year, a month of a year or a day of a month.
func (p parsedTime) incomplete(t *thread, c chronology) (moment, bool) {
	out := moment{localDate, utcDate(2000, 1, 1)}
	for _, part := range c.parts() {
		n, ok := p.field(t, part.field)
		if !ok {
			return moment{}, false
		}
		out = t.setField(out, part.field, n)
	}
	return out.as(c), true
}

// field is getLong; false if there is no such field.
func (p parsedTime) field(t *thread, name string) (int64, bool) {
	if p.Reading != nil {
		if n, ok := p.Left(name); ok {
			return n, true
		}
	}
	at, hasDate, hasTime := p.local()
	switch m := (moment{localDate, at}); {
	case hasDate && t.supports(m, name):
		return t.getField(m, name), true
	case name == "INSTANT_SECONDS" || name == "OFFSET_SECONDS":
		m, ok := p.moment(t, instant)
		return m.t.Unix(), ok && name == "INSTANT_SECONDS"
	}
	if m := (moment{localTime, at}); hasTime && t.supports(m, name) {
		return t.getField(m, name), true
	}
	return 0, false
}

func parsedClass() classSpec {
	return classSpec{name: "Parsed", java: "java.time.format.Parsed", extends: []string{"TemporalAccessor"}}
}
