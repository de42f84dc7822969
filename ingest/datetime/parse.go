package datetime

import (
	"math"
	"strings"
)

// fail is the result of an element that does not match, beside the position
// that java.time reports: ^position.
func fail(at int) int { return ^at }

// An attempt is one try to match a text: java.time's DateTimeParseContext
// and, after resolve, its Parsed.
type attempt struct {
	parsed
	text  string
	zones *Zones
	texts *zoneTexts // of the pattern's zone at the end, or nil
	fault fault      // thrown by an element, which ends the attempt

	ignoreCase bool
}

// parsed holds the fields that were found.
type parsed struct {
	have  fieldSet
	value [fieldCount]int64
	zone  *Zone // found in the text

	hasDate, hasTime bool
	day              int64 // since 1970-01-01
	nanos            int64 // of the day
	excessDays       int64 // 1 after 24:00
}

// match matches the elements one after the other, without going back: like
// java.time it tries an optional section once and never a shorter number.
func (p *attempt) match(elements pattern, at int) int {
	for i := range elements {
		e := &elements[i]
		if e.pad > 0 {
			at = p.padded(e, at)
		} else {
			at = p.element(e, at)
		}
		if at < 0 {
			return at
		}
	}
	return at
}

func (p *attempt) element(e *element, at int) int {
	switch e.op {
	case opLiteral:
		return p.literal(e.literal, at)
	case opNumber, opReduced:
		return p.number(e, at)
	case opFraction:
		return p.fraction(e, at)
	case opText:
		return p.name(e, at)
	case opOffset:
		return p.offset(e, at)
	case opLocalizedOffset:
		return p.localizedOffset(e, at)
	case opZoneID, opZoneName, opGenericZoneName:
		return p.zoneID(e, at)
	case opOptional:
		return p.optional(e, at)
	case opInstant:
		return p.match(e.body, at)
	case opIgnoreCase:
		p.ignoreCase = e.full
		return at
	case opDefault:
		if !p.have.has(e.field) {
			return p.set(e.field, e.base, at, at)
		}
		return at
	}
	return fail(at)
}

// set records a field; another value for the same field is a mismatch at
// position at.
func (p *attempt) set(f field, v int64, at, end int) int {
	if p.have.has(f) {
		if p.value[f] != v {
			return fail(at)
		}
		return end
	}
	p.have |= 1 << f
	p.value[f] = v
	return end
}

// optional matches a section or, if it does not match, nothing.
func (p *attempt) optional(e *element, at int) int {
	have, zone := p.have, p.zone
	end := p.match(e.body, at)
	if end < 0 && !p.fault.is() {
		p.have, p.zone = have, zone // fields that were there cannot have changed
		return at
	}
	return end
}

// padded matches an element that fills a fixed number of characters from the
// right.
func (p *attempt) padded(e *element, at int) int {
	end := at + e.pad
	if end > len(p.text) {
		return fail(at)
	}
	start := at
	for start < end && p.text[start] == e.fill {
		start++
	}
	whole := p.text
	p.text = whole[:end]
	got := p.element(e, start)
	p.text = whole
	if got != end {
		return fail(at + start)
	}
	return got
}

func (p *attempt) literal(text string, at int) int {
	end := at + len(text)
	switch {
	case end > len(p.text):
		return fail(at)
	case p.text[at:end] == text, p.ignoreCase && strings.EqualFold(p.text[at:end], text):
		return end
	}
	return fail(at)
}

// number is NumberPrinterParser.parse in strict mode.
func (p *attempt) number(e *element, at int) int {
	if at == len(p.text) {
		return fail(at)
	}
	var sign byte
	start := at
	if c := p.text[at]; c == '+' || c == '-' {
		if !e.sign.allows(c) {
			return fail(at)
		}
		sign = c
		start++
	}
	end := p.digits(start, e.max+e.reserved)
	if end-start < e.min {
		return fail(start)
	}
	if e.reserved > 0 {
		end = start + min(end-start, max(e.min, end-start-e.reserved))
	}
	switch n := end - start; {
	case e.sign != signExceedsPad || sign == '-':
	case sign == '+' && n <= e.min:
		return fail(start - 1) // + says that the number is wider than the minimum
	case sign == 0 && n > e.min:
		return fail(start)
	}
	v, end := number(p.text[start:end], end)
	if sign == '-' {
		if v == 0 {
			return fail(start - 1)
		}
		v = -v
	}
	if e.op == opReduced && end-start == 2 {
		if v += e.base - e.base%100; v < e.base {
			v += 100
		}
	}
	return p.set(e.field, v, start, end)
}

func (s signStyle) allows(c byte) bool {
	return s == signExceedsPad || s == signNormal && c == '-'
}

// digits returns where the digits from at end, most of them at most.
func (p *attempt) digits(at, most int) int {
	end := min(len(p.text), at+most)
	for at < end && isDigit(p.text[at]) {
		at++
	}
	return at
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// number returns the value of at most 19 digits that end at end. If it is too
// large the last digit is left unread, as in java.time.
func number(digits string, end int) (v int64, newEnd int) {
	var n uint64
	for i := range len(digits) {
		n = n*10 + uint64(digits[i]-'0')
	}
	if n > math.MaxInt64 {
		return int64(n / 10), end - 1
	}
	return int64(n), end
}

var powersOf10 = [...]int64{1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// fraction is FractionPrinterParser.parse in strict mode.
func (p *attempt) fraction(e *element, at int) int {
	none := at
	if e.min > 0 {
		none = fail(at)
	}
	if at == len(p.text) {
		return none
	}
	if e.point {
		if p.text[at] != '.' {
			return none
		}
		at++
	}
	end := p.digits(at, e.max)
	if end-at < e.min {
		return fail(at)
	}
	v, _ := number(p.text[at:end], end)
	return p.set(e.field, v*powersOf10[9-(end-at)], at, end)
}

func (p *attempt) name(e *element, at int) int {
	for i := range e.names {
		n := &e.names[i]
		end := at + len(n.text)
		if end <= len(p.text) && (p.text[at:end] == n.text || p.ignoreCase && strings.EqualFold(p.text[at:end], n.text)) {
			return p.set(e.field, n.value, at, at+len(n.text))
		}
	}
	return fail(at)
}
