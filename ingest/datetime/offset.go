package datetime

// offset is OffsetIdPrinterParser.parse in strict mode.
func (p *attempt) offset(e *element, at int) int {
	if end := p.literal(e.literal, at); end >= 0 {
		return p.set(offsetSeconds, 0, at, end)
	}
	v, end := p.signedOffset(&offsetStyles[e.offset], at)
	if end < 0 {
		return fail(at)
	}
	return p.set(offsetSeconds, v, at, end)
}

// signedOffset reads +08:30 and the like; a negative end is a mismatch.
func (p *attempt) signedOffset(style *offsetStyle, at int) (seconds int64, end int) {
	if at == len(p.text) || p.text[at] != '+' && p.text[at] != '-' {
		return 0, fail(at)
	}
	h, end := p.upTo59(at+1, false)
	if end < 0 {
		return 0, end
	}
	m, end, ok := p.part(style.colon, end)
	if !ok && !style.minutesOptional {
		return 0, fail(at)
	}
	s := int64(0)
	if style.seconds {
		s, end, _ = p.part(style.colon, end)
	}
	if h > 23 {
		p.fault = fault{kind: badOffset, at: at}
		return 0, fail(at)
	}
	seconds = h*3600 + m*60 + s
	if p.text[at] == '-' {
		seconds = -seconds
	}
	return seconds, end
}

// part reads the minutes or seconds of an offset, or nothing.
func (p *attempt) part(colon bool, at int) (v int64, end int, ok bool) {
	if v, end = p.upTo59(at, colon); end < 0 {
		return 0, at, false
	}
	return v, end, true
}

// upTo59 reads two digits, after a colon if there is to be one.
func (p *attempt) upTo59(at int, colon bool) (v int64, end int) {
	if colon {
		if at == len(p.text) || p.text[at] != ':' {
			return 0, fail(at)
		}
		at++
	}
	v, end = twoDigits(p.text, at)
	if v > 59 {
		return 0, fail(at)
	}
	return v, end
}

func twoDigits(text string, at int) (v int64, end int) {
	if len(text)-at < 2 || !isDigit(text[at]) || !isDigit(text[at+1]) {
		return 0, fail(at)
	}
	return int64(text[at]-'0')*10 + int64(text[at+1]-'0'), at + 2
}

// localizedOffset is LocalizedOffsetIdPrinterParser.parse: GMT, GMT+8,
// GMT+08:30.
func (p *attempt) localizedOffset(e *element, at int) int {
	pos := p.literal("GMT", at)
	if pos < 0 {
		return pos
	}
	if pos == len(p.text) || p.text[pos] != '+' && p.text[pos] != '-' {
		return p.set(offsetSeconds, 0, at, pos)
	}
	negative := p.text[pos] == '-'
	read := p.shortOffset
	if e.full {
		read = p.fullOffset
	}
	seconds, end := read(pos + 1)
	if end < 0 || p.fault.is() {
		return fail(at)
	}
	if negative {
		seconds = -seconds
	}
	return p.set(offsetSeconds, seconds, at, end)
}

// fullOffset reads hh:mm or hh:mm:ss.
func (p *attempt) fullOffset(at int) (seconds int64, end int) {
	if !p.reaches(at + 1) {
		return 0, fail(at)
	}
	h, end := twoDigits(p.text, at)
	if end < 0 || !p.reaches(end) || p.text[end] != ':' || !p.reaches(end+2) {
		return 0, fail(at)
	}
	m, end := twoDigits(p.text, end+1)
	if end < 0 {
		return 0, end
	}
	s, end := p.colonDigits(end)
	return h*3600 + m*60 + s, end
}

// reaches reports whether the text has a byte at; if not the attempt fails with
// the exception that java.time throws for the first one it misses.
func (p *attempt) reaches(at int) bool {
	if at >= len(p.text) {
		p.fault = fault{kind: badIndex, at: len(p.text)}
		return false
	}
	return true
}

// shortOffset reads h or hh, then :mm and :ss if they are there.
func (p *attempt) shortOffset(at int) (seconds int64, end int) {
	end = p.digits(at, 2)
	if !p.reaches(at) || end == at {
		return 0, fail(at)
	}
	h, _ := number(p.text[at:end], end)
	m, next := p.colonDigits(end)
	s := int64(0)
	if next > end {
		s, next = p.colonDigits(next)
	}
	return h*3600 + m*60 + s, next
}

// colonDigits reads a colon and two digits, or nothing.
func (p *attempt) colonDigits(at int) (v int64, end int) {
	if at == len(p.text) || p.text[at] != ':' {
		return 0, at
	}
	if v, end = twoDigits(p.text, at+1); end < 0 {
		return 0, at
	}
	return v, end
}
