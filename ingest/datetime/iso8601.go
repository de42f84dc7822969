package datetime

import (
	"sync"
	"time"
)

// An isoForm is a form of ISO 8601 that Elasticsearch reads with a parser of
// its own (Iso8601Parser) before it tries java.time: everything is at a fixed
// place, and only the zone varies.
type isoForm struct {
	needs     isoPart // the parts that must be there
	dateOnly  bool    // a date without a time is enough, whatever needs says
	most      isoPart // the last part that may be there; 0 for any
	pointOnly bool    // the fraction begins with a point, never with a comma
	zone      presence
	plain     *plain // reads the usual texts; nil if the form has no fraction or no zone
}

// An isoPart is a part of a date and time, in the order they stand in.
type isoPart uint8

const (
	isoYear isoPart = iota + 1
	isoMonth
	isoDay
	isoHour
	isoMinute
	isoSecond
	isoFraction
)

type presence uint8

const (
	zoneOptional presence = iota
	zoneRequired
	zoneForbidden
)

// isoFields says for each part what precedes it, its field, its width and its
// largest value that is not an error of this parser.
var isoFields = [...]struct {
	before byte
	field  field
	width  int
	most   int64
}{
	isoYear:   {0, year, 4, 9999},
	isoMonth:  {'-', monthOfYear, 2, 12},
	isoDay:    {'-', dayOfMonth, 2, 31},
	isoHour:   {'T', hourOfDay, 2, 23},
	isoMinute: {':', minuteOfHour, 2, 59},
	isoSecond: {':', secondOfMinute, 2, 59},
}

// iso reads the whole text; false if it is not of the form.
func (p *attempt) iso(form *isoForm) bool {
	at, negative := 0, false
	if len(p.text) > 0 && p.text[0] == '-' {
		at, negative = 1, true
	}
	at = p.isoParts(form, at)
	if at < 0 || !p.isoZone(form, at) {
		return false
	}
	if negative {
		p.value[year] = -p.value[year]
	}
	if p.have.has(hourOfDay) {
		p.isoTime()
	}
	return true
}

// isoParts reads the year and what follows; the result is where the zone may
// begin, or negative.
func (p *attempt) isoParts(form *isoForm, at int) int {
	for part := isoYear; part <= isoSecond; part++ {
		info := &isoFields[part]
		if part > isoYear {
			if at == len(p.text) || part > isoHour && p.text[at] != info.before {
				if form.lacks(part) {
					return -1
				}
				return at
			}
			if p.text[at] != info.before || form.most != 0 && part > form.most {
				return -1
			}
			at++
			if part == isoHour && at == len(p.text) { // 2024-01-02T
				if form.needs >= isoHour {
					return -1
				}
				return at
			}
		}
		if at = p.isoNumber(info.field, at, info.width, info.most); at < 0 {
			return -1
		}
	}
	return p.isoFraction(form, at)
}

// lacks reports whether a text must not end before the part.
func (f *isoForm) lacks(part isoPart) bool {
	if f.dateOnly && part == isoHour {
		return false
	}
	return f.needs >= part
}

func (p *attempt) isoNumber(f field, at, width int, most int64) int {
	end := p.digits(at, width)
	if end-at < width {
		return -1
	}
	v, _ := number(p.text[at:end], end)
	if v > most {
		return -1
	}
	return p.set(f, v, at, end)
}

func (p *attempt) isoFraction(form *isoForm, at int) int {
	if at == len(p.text) || p.text[at] != '.' && (p.text[at] != ',' || form.pointOnly) {
		if form.needs >= isoFraction {
			return -1
		}
		return at
	}
	end := p.digits(at+1, 9)
	if end == at+1 || form.most != 0 {
		return -1
	}
	v, _ := number(p.text[at+1:end], end)
	return p.set(nanoOfSecond, v*powersOf10[9-(end-at-1)], at, end)
}

// isoTime makes the time of day of the parts there are.
func (p *attempt) isoTime() {
	p.nanos = (p.value[hourOfDay]*60+p.value[minuteOfHour])*60*nanosPerSecond +
		p.value[secondOfMinute]*nanosPerSecond + p.value[nanoOfSecond]
	p.hasTime = true
}

// isoZone reads the rest of the text as the zone.
func (p *attempt) isoZone(form *isoForm, at int) bool {
	if at == len(p.text) {
		return form.zone != zoneRequired
	}
	if form.zone == zoneForbidden || !p.have.has(hourOfDay) {
		return false
	}
	switch c := p.text[at]; {
	case c == 'Z' && at+1 == len(p.text):
		p.zone = UTC
		return true
	case c == '+' || c == '-':
		seconds, ok := isoOffset(p.text, at+1)
		if c == '-' {
			seconds = -seconds
		}
		p.set(offsetSeconds, seconds, at, at)
		return ok
	case !isLetter(c):
		return false
	}
	zone, err := p.zones.Parse(p.text[at:])
	p.zone = zone
	return err == nil
}

// isoOffset reads hh, hhmm, hh:mm, hhmmss or hh:mm:ss up to the end. Unlike
// java.time it takes any digits, as long as the sum is an offset.
func isoOffset(text string, at int) (int64, bool) {
	seconds, unit := int64(0), int64(3600)
	colon := len(text)-at > 2 && text[at+2] == ':'
	for ; at < len(text); unit /= 60 {
		if unit < 3600 && colon {
			if text[at] != ':' {
				return 0, false
			}
			at++
		}
		v, end := twoDigits(text, at)
		if end < 0 || unit == 0 {
			return 0, false
		}
		seconds += v * unit
		at = end
	}
	return seconds, unit < 3600 && seconds <= maxOffset
}

// isoPlain is the part of a date and time up to the seconds.
var isoPlain = sync.OnceValue(func() *plain { return compilePlain(compileSpec("u4-19x-M2-d2TH2:m2:s2")) })

// usual reads a date and a time with seconds, a fraction and an offset, the
// latter two as the form allows; false for any other text.
func (f *isoForm) usual(text string, zone *Zone, now time.Time) (time.Time, bool) {
	var v slots
	at := f.plain.read(text, &v)
	if at < 0 {
		return time.Time{}, false
	}
	if at < len(text) && (text[at] == '.' || text[at] == ',' && !f.pointOnly) {
		start := at + 1
		for at = start; at < len(text) && isDigit(text[at]); at++ {
			v[slotNano] = v[slotNano]*10 + int32(text[at]-'0')
			if at-start >= 9 {
				return time.Time{}, false
			}
		}
		if at == start {
			return time.Time{}, false
		}
		v[slotNano] *= int32(powersOf10[9-(at-start)])
	}
	if !f.usualOffset(text, at, &v) {
		return time.Time{}, false
	}
	return f.plain.instant(&v, zone, zone, now)
}

func (f *isoForm) usualOffset(text string, at int, v *slots) bool {
	if at == len(text) {
		return f.zone != zoneRequired
	}
	v[slotHasOffset] = 1
	if text[at] == 'Z' {
		return at+1 == len(text)
	}
	if text[at] != '+' && text[at] != '-' {
		return false
	}
	seconds, ok := isoOffset(text, at+1)
	if text[at] == '-' {
		seconds = -seconds
	}
	v[slotOffset] = int32(seconds)
	return ok
}
