package datetime

import (
	"strconv"
	"strings"
	"time"
)

// A Style says how the fields of a text become a date and a time, as
// java.time.format.ResolverStyle.
type Style uint8

// The styles.
const (
	Strict  = Style(strict)
	Smart   = Style(smart)
	Lenient = Style(lenient)
)

// A Reading is what a text says, as java.time.format.Parsed: the date and the time that its
// fields make, and the fields that are left.
type Reading struct {
	parsed
	week weekRule
}

// Read reads a text without filling in what it does not say. keep chooses the fields that
// count, by their names in ChronoField; nil chooses all. The error is a *ParseError.
func (p *Parser) Read(text string, style Style, keep func(name string) bool) (*Reading, error) {
	r, end, err := p.Match(text)
	if err == nil && end < len(text) {
		err = &ParseError{text: text, fault: fault{kind: trailingText, at: end}}
	}
	if err == nil {
		err = r.Resolve(text, style, keep)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Match finds the fields in the beginning of a text, of which it returns the length, and makes
// neither a date nor a time of them.
func (p *Parser) Match(text string) (r *Reading, end int, err error) {
	a := attempt{text: text, zones: p.zones}
	end = a.match(p.forms[0].elements, 0)
	switch {
	case a.fault.is():
		return nil, 0, &ParseError{text: text, fault: a.fault}
	case end < 0:
		return nil, ^end, &ParseError{text: text, fault: fault{kind: badText, at: ^end}}
	}
	return &Reading{parsed: a.parsed, week: p.locale.weeks}, end, nil
}

// Resolve makes a date and a time of the fields that Match has found in a text.
func (r *Reading) Resolve(text string, style Style, keep func(name string) bool) error {
	if keep != nil {
		r.drop(keep)
	}
	if failed := r.resolve(resolverStyle(style), r.week); failed.is() {
		return &ParseError{text: text, fault: failed}
	}
	return nil
}

// drop removes the fields that do not count.
func (p *parsed) drop(keep func(name string) bool) {
	for rest := p.have; rest != 0; {
		f := rest.lowest()
		rest &^= 1 << f
		if !keep(f.constant()) {
			p.have &^= 1 << f
		}
	}
}

// constant is the name of a field in ChronoField or IsoFields. The fields of a locale's weeks
// have none.
func (f field) constant() string {
	for name, built := range builtFields {
		if built == f {
			return name
		}
	}
	return ""
}

// Left returns the value of a field that is in neither the date nor the time.
func (r *Reading) Left(name string) (int64, bool) {
	f := builtFields[name]
	return r.value[f], f != noField && r.have.has(f)
}

// Day returns the days of the date since 1970-01-01.
func (r *Reading) Day() (int64, bool) { return r.day, r.hasDate }

// Clock returns the time of the day.
func (r *Reading) Clock() (time.Duration, bool) { return time.Duration(r.nanos), r.hasTime }

// ExcessDays is 1 for a time of 24:00 without a date.
func (r *Reading) ExcessDays() int64 { return r.excessDays }

// Zone returns the zone that the text names, nil for none.
func (r *Reading) Zone() *Zone { return r.zone }

// Offset returns the offset that the text has, in seconds.
func (r *Reading) Offset() (int, bool) {
	return int(r.value[offsetSeconds]), r.have.has(offsetSeconds)
}

// Local returns what was read as java.time.LocalDateTime, LocalDate or LocalTime is shown.
func (r *Reading) local() string {
	var parts []string
	if r.hasDate {
		parts = append(parts, localDate(r.day))
	}
	if r.hasTime {
		parts = append(parts, localTime(r.nanos))
	}
	return strings.Join(parts, "T")
}

// AppendText appends the text of Parsed.toString. Java has the fields in an order that
// differs from run to run.
func (r *Reading) AppendText(dst []byte) []byte {
	dst = append(dst, '{')
	for rest := r.have; rest != 0; {
		f := rest.lowest()
		rest &^= 1 << f
		dst = strconv.AppendInt(append(append(dst, fields[f].name...), '='), r.value[f], 10)
		if rest != 0 {
			dst = append(dst, ", "...)
		}
	}
	dst = append(dst, "},ISO"...)
	if r.zone != nil {
		dst = append(append(dst, ','), r.zone.id...)
	}
	if r.hasDate || r.hasTime {
		dst = append(append(dst, " resolved to "...), r.local()...)
	}
	return dst
}
