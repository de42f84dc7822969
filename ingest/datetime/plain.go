package datetime

import (
	"slices"
	"strings"
	"time"
)

// A plain is a pattern of the kind that most log lines have: every part in its
// usual place, such as dd/MMM/yyyy:HH:mm:ss Z. It reads the usual form of a
// text about four times as fast as the elements do. Any other text it leaves to
// them, be it a date or not, so that it decides nothing about what is one.
type plain struct {
	before string // literal text at the beginning
	parts  []plainPart
	dated  bool       // there is a year
	offset bool       // there is an offset
	zones  *zoneTexts // of a zone at the end; nil if there is none
}

// A plainPart is a field and the literal text behind it.
type plainPart struct {
	kind     plainKind
	slot     slot
	min, max int32
	width    int      // of a fraction, or the most digits of a number
	names    []uint32 // see nameKey
	style    *offsetStyle
	zero     string // what an offset of zero may be
	after    string
}

type plainKind uint8

const (
	twoWide    plainKind = iota // exactly two digits
	fourWide                    // exactly four digits
	upToTwo                     // one or two digits
	fractional                  // exactly width digits
	named3                      // a name of up to three letters
	offsetAtUTC
)

// A slot is where a part's value goes.
type slot uint8

const (
	slotYear slot = iota
	slotMonth
	slotDay
	slotHour
	slotMinute
	slotSecond
	slotNano
	slotHalf    // AM or PM
	slotHour12  // 1 to 12
	slotWeekday // not looked at
	slotOffset
	slotHasOffset // of ISO 8601, where the offset may be left out
	slotCount
)

type slots [slotCount]int32

var plainSlots = map[field]slot{
	yearOfEra: slotYear, year: slotYear, monthOfYear: slotMonth, dayOfMonth: slotDay, dayOfWeek: slotWeekday,
	hourOfDay: slotHour, clockHourOfAmPm: slotHour12, amPmOfDay: slotHalf,
	minuteOfHour: slotMinute, secondOfMinute: slotSecond, nanoOfSecond: slotNano, offsetSeconds: slotOffset,
}

// compilePlain returns nil for a pattern of another kind.
func compilePlain(elements pattern) *plain {
	p := &plain{}
	var have fieldSet
	for i := range elements {
		e := &elements[i]
		if e.pad > 0 {
			return nil
		}
		switch e.op {
		case opLiteral:
			if p.zones != nil {
				return nil
			}
			p.literal(e.literal)
			continue
		case opZoneID, opZoneName, opGenericZoneName:
			p.zones = &zoneTexts{}
			continue
		default:
		}
		part, f, ok := plainPartOf(e)
		if !ok || have.has(f) || p.zones != nil {
			return nil
		}
		have |= 1 << f
		p.parts = append(p.parts, part)
	}
	if !plainFields(have) {
		return nil
	}
	p.dated, p.offset = have&setOf(year, yearOfEra) != 0, have.has(offsetSeconds)
	return p
}

// plainFields reports whether the fields make a date and a time without rules
// that are left to resolve: all parts down to some unit, and no day of the week
// that would have to be checked.
func plainFields(have fieldSet) bool {
	hour, half := have.has(hourOfDay), have.hasAll(setOf(clockHourOfAmPm, amPmOfDay))
	switch {
	case !have.hasAll(setOf(monthOfYear, dayOfMonth)),
		have.hasAll(setOf(year, yearOfEra)),
		have.hasAll(setOf(year, dayOfWeek)),
		have.has(clockHourOfAmPm) != have.has(amPmOfDay), hour && half,
		have.has(minuteOfHour) && !hour && !half,
		have.has(secondOfMinute) && !have.has(minuteOfHour),
		have.has(nanoOfSecond) && !have.has(secondOfMinute):
		return false
	}
	return true
}

func (p *plain) literal(text string) {
	if n := len(p.parts); n > 0 {
		p.parts[n-1].after += text
		return
	}
	p.before += text
}

func plainPartOf(e *element) (plainPart, field, bool) {
	f := e.field
	if e.op == opOffset {
		f = offsetSeconds
	}
	s, ok := plainSlots[f]
	part := plainPart{slot: s, min: int32(fields[f].min), max: int32(min(fields[f].max, 1e9)), width: e.max}
	switch {
	case !ok:
		return part, f, false
	case e.op == opOffset:
		part.kind, part.style, part.zero = offsetAtUTC, &offsetStyles[e.offset], e.literal
	case e.op == opText:
		part.kind, part.names = named3, nameKeys(e.names)
		return part, f, part.names != nil
	case e.op == opFraction:
		part.kind = fractional
		return part, f, !e.point
	case e.op != opNumber || e.reserved > 0:
		return part, f, false
	case s == slotYear:
		part.kind = fourWide
		return part, f, e.min == 4 && e.sign == signExceedsPad
	case e.min == 2 && e.max == 2:
		part.kind = twoWide
	case e.min == 1 && e.max == 19:
		part.kind = upToTwo
	default:
		return part, f, false
	}
	return part, f, true
}

// nameKeys returns the key of each name by its value, or nil if one has more
// than three letters or two have the same key.
func nameKeys(names []name) []uint32 {
	keys := make([]uint32, 13)
	for _, n := range names {
		key, length := nameKey(n.text, 0)
		if length != len(n.text) || slices.Contains(keys, key) {
			return nil
		}
		keys[n.value] = key
	}
	return keys
}

// nameKey packs the letters at the given place, three at most.
func nameKey(text string, at int) (key uint32, length int) {
	for length < 3 && at+length < len(text) && isLetter(text[at+length]) {
		key = key<<8 | uint32(text[at+length])
		length++
	}
	return key, length
}

// parse returns the instant of a text in its usual form, and false for any
// other.
func (p *plain) parse(text string, zone *Zone, now time.Time) (time.Time, bool) {
	var v slots
	at := p.read(text, &v)
	switch {
	case at < 0:
		return time.Time{}, false
	case p.zones == nil && at != len(text):
		return time.Time{}, false
	case p.zones != nil:
		from := p.zones.get(text[at:])
		if from == nil {
			return time.Time{}, false
		}
		if p.dated {
			return p.instant(&v, from, zone, now)
		}
	}
	return p.instant(&v, zone, zone, now)
}

// read reads the parts at the beginning of text and returns where they end;
// negative if they are not there.
func (p *plain) read(text string, v *slots) int {
	at := len(p.before)
	if !strings.HasPrefix(text, p.before) {
		return -1
	}
	for i := range p.parts {
		part := &p.parts[i]
		n, end := part.read(text, at)
		if end < 0 || n < part.min || n > part.max {
			return -1
		}
		v[part.slot] = n
		at = end + len(part.after)
		if at > len(text) || text[end:at] != part.after {
			return -1
		}
	}
	return at
}

// read returns the value of the part at a place in the text and where it ends;
// negative if it is not there in its usual form.
func (p *plainPart) read(text string, at int) (v int32, end int) {
	switch p.kind {
	case twoWide:
		n, end := twoDigits(text, at)
		return int32(n), end
	case fourWide:
		return wholeNumber(text, at, 4)
	case fractional:
		v, end = wholeNumber(text, at, p.width)
		return v * int32(powersOf10[9-p.width]), end
	case upToTwo:
		if at+1 < len(text) && isDigit(text[at+1]) {
			return wholeNumber(text, at, 2)
		}
		return wholeNumber(text, at, 1)
	case named3:
		return p.name(text, at)
	default:
		return p.offset(text, at)
	}
}

// wholeNumber reads a number of exactly width digits, and not more.
func wholeNumber(text string, at, width int) (v int32, end int) {
	end = at + width
	if end > len(text) || end < len(text) && isDigit(text[end]) {
		return 0, -1
	}
	for ; at < end; at++ {
		if !isDigit(text[at]) {
			return 0, -1
		}
		v = v*10 + int32(text[at]-'0')
	}
	return v, end
}

func (p *plainPart) name(text string, at int) (v int32, end int) {
	key, length := nameKey(text, at)
	for i, k := range p.names {
		if k == key && length > 0 {
			return int32(i), at + length
		}
	}
	return 0, -1
}

func (p *plainPart) offset(text string, at int) (v int32, end int) {
	if strings.HasPrefix(text[at:], p.zero) {
		return 0, at + len(p.zero)
	}
	if at >= len(text) || text[at] != '+' && text[at] != '-' {
		return 0, -1
	}
	h, end := twoDigits(text, at+1)
	if end < 0 {
		return 0, -1
	}
	if p.style.colon {
		if end == len(text) || text[end] != ':' {
			return 0, -1
		}
		end++
	}
	m, end := twoDigits(text, end)
	if end < 0 || m > 59 || p.style.seconds && end < len(text) {
		return 0, -1
	}
	v = int32(h*3600 + m*60)
	if text[at] == '-' {
		v = -v
	}
	return v, end
}

// instant returns the instant of a local date and time in one zone as a time in
// another.
func (p *plain) instant(v *slots, from, to *Zone, now time.Time) (time.Time, bool) {
	d := date{int64(v[slotYear]), int(v[slotMonth]), int(v[slotDay])}
	if !p.dated {
		d.year = int64(now.UTC().Year())
	}
	if d.day > lengthOfMonth(d.year, d.month) {
		return time.Time{}, false
	}
	hour := v[slotHour] + v[slotHalf]*12 + v[slotHour12]%12
	local := d.epochDay()*secondsPerDay + int64((hour*60+v[slotMinute])*60+v[slotSecond])
	if p.dated && p.offset || v[slotHasOffset] != 0 {
		return time.Unix(local-int64(v[slotOffset]), int64(v[slotNano])).In(to.loc), true
	}
	return time.Unix(from.epochSecond(local), int64(v[slotNano])).In(to.loc), true
}
