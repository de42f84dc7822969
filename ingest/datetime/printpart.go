package datetime

import (
	"time"
	"unicode/utf8"
)

// A MissingError says that a time lacks what a format shows.
type MissingError struct {
	Field string // as java.time shows it, "" for the zone
}

func (e *MissingError) Error() string {
	if e.Field == "" {
		return "Unable to extract ZoneId"
	}
	return "Unsupported field: " + e.Field
}

// Digits are how numbers are written: the digit zero, which nine others follow, the signs and
// the point of fractions.
type Digits struct{ Zero, Positive, Negative, Point rune }

// PrintPart is Print with other digits for a time that need not have all fields: has tells which, by their
// names in ChronoField, and whether it has a zone, named ZONE. An optional section is left
// out if a field of it is missing; other fields that are missing are a *MissingError.
func (p *Printer) PrintPart(t time.Time, d Digits, has func(name string) bool) (string, error) {
	elements, err := present(p.sections, has)
	if err != nil {
		return "", err
	}
	w := writer{moment: momentOf(t), weeks: p.weeks, digits: &d}
	text := string(w.append(nil, elements))
	return text, w.err
}

// present returns the elements that can be printed, without optional sections.
func present(elements pattern, has func(name string) bool) (pattern, error) {
	var out pattern
	for i := range elements {
		e := &elements[i]
		if e.op == opOptional {
			if body, err := present(e.body, has); err == nil {
				out = append(out, body...)
			}
			continue
		}
		if name, shown := e.needs(); name != "" && !has(name) {
			return nil, &MissingError{Field: shown}
		}
		out = append(out, *e)
	}
	return out, nil
}

// needs returns what an element shows: the name of a field, and how java.time shows that.
func (e *element) needs() (name, shown string) {
	switch e.op {
	case opNumber, opReduced, opFraction, opText:
		if name = e.field.constant(); name == "" {
			name = "EPOCH_DAY" // weeks are made of the date
		}
		return name, fields[e.field].name
	case opOffset, opLocalizedOffset:
		return "OFFSET_SECONDS", "OffsetSeconds"
	case opInstant:
		return "INSTANT_SECONDS", "InstantSeconds"
	case opZoneID, opZoneName, opGenericZoneName:
		return "ZONE", ""
	default:
		return "", ""
	}
}

// written replaces the digits and signs of a number that was appended since start.
func (d *Digits) written(dst []byte, start int) []byte {
	number := string(dst[start:])
	dst = dst[:start]
	for _, c := range number {
		switch c {
		case '+':
			c = d.Positive
		case '-':
			c = d.Negative
		case '.':
			c = d.Point
		default:
			c += d.Zero - '0'
		}
		dst = utf8.AppendRune(dst, c)
	}
	return dst
}

// appendInstant is InstantPrinterParser.format.
func appendInstant(dst []byte, t time.Time, digits int) []byte {
	m := momentOf(t)
	dst = append(append(dst, localDate(m.day)...), t.Format("T15:04:05")...)
	nanos := int64(t.Nanosecond())
	if digits < 0 {
		step := -1 - digits*2 // 1, or 3 for -2
		digits = 9
		for ; digits > 0 && nanos%powersOf10[9-digits+step] == 0; digits -= step {
		}
	}
	if digits > 0 {
		dst = appendDigits(append(dst, '.'), nanos/powersOf10[9-digits], digits)
	}
	return append(dst, 'Z')
}
