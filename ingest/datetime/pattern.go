package datetime

import (
	"fmt"
	"strings"
)

// A patternError is a mistake in a pattern, with the text java.time has for it.
func patternError(format string, args ...any) error { return fmt.Errorf(format, args...) }

// compilePattern is DateTimeFormatterBuilder.appendPattern.
func compilePattern(src string, locale *Locale) (pattern, error) {
	c := compiler{builder: newBuilder(locale), src: src}
	for c.pos < len(src) {
		if err := c.next(); err != nil {
			return nil, err
		}
	}
	return c.builder.build(), nil
}

type compiler struct {
	builder *builder
	src     string
	pos     int
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func (c *compiler) next() error {
	switch cur := c.src[c.pos]; {
	case isLetter(cur):
		return c.letters(cur)
	case cur == '\'':
		return c.quoted()
	case cur == '[':
		c.builder.openOptional()
	case cur == ']':
		if !c.builder.closeOptional() {
			return patternError("Pattern invalid as it contains ] without previous [")
		}
	case cur == '{' || cur == '}' || cur == '#':
		return patternError("Pattern includes reserved character: '%c'", cur)
	default:
		c.builder.literal(c.src[c.pos : c.pos+1])
	}
	c.pos++
	return nil
}

// quoted reads 'text'; two quotes are a quote, inside and outside of text.
func (c *compiler) quoted() error {
	start := c.pos + 1
	end := start
	for ; ; end++ {
		if end >= len(c.src) {
			return patternError("Pattern ends with an incomplete string literal: %s", c.src)
		}
		if c.src[end] != '\'' {
			continue
		}
		if !strings.HasPrefix(c.src[end:], "''") {
			break
		}
		end++
	}
	c.pos = end + 1
	if start == end {
		c.builder.literal("'")
		return nil
	}
	c.builder.literal(strings.ReplaceAll(c.src[start:end], "''", "'"))
	return nil
}

func (c *compiler) run(letter byte) int {
	start := c.pos
	for c.pos < len(c.src) && c.src[c.pos] == letter {
		c.pos++
	}
	return c.pos - start
}

func (c *compiler) letters(letter byte) error {
	count := c.run(letter)
	if letter == 'p' {
		if c.pos == len(c.src) || !isLetter(c.src[c.pos]) {
			return patternError("Pad letter 'p' must be followed by valid pad pattern: %s", c.src)
		}
		c.builder.padNext(count, ' ')
		letter = c.src[c.pos]
		count = c.run(letter)
	}
	return c.builder.letter(letter, count)
}

// letter adds the field of a pattern letter that is repeated count times.
func (b *builder) letter(letter byte, count int) error {
	switch letter {
	case 'u', 'y', 'Y':
		return b.year(letter, count)
	case 'M', 'L', 'Q', 'q', 'E', 'e', 'c', 'a', 'G', 'B':
		return b.textLetter(letter, count)
	case 'z', 'V', 'v', 'Z', 'O', 'X', 'x':
		return b.zoneLetter(letter, count)
	}
	f, ok := numberLetters[letter]
	if !ok {
		return patternError("Unknown pattern letter: %c", letter)
	}
	if count > f.most {
		return patternError("Too many pattern letters: %c", letter)
	}
	switch letter {
	case 'S':
		if count > 9 {
			return patternError("Maximum width must be from 1 to 9 inclusive but was %d", count)
		}
		return b.number(element{op: opFraction, field: nanoOfSecond, min: count, max: count, sign: signNotNegative})
	case 'D':
		if count > 1 {
			return b.number(element{op: opNumber, field: f.field, min: count, max: 3, sign: signNotNegative})
		}
	case 'A', 'n', 'N':
		return b.wide(f.field, count, signNotNegative)
	case 'g':
		return b.wide(f.field, count, signNormal)
	case 'W', 'w':
		return b.number(element{op: opNumber, field: f.field, min: count, max: f.most, sign: signNotNegative})
	}
	return b.value(f.field, count)
}

// numberLetters are the letters of plain numbers and how often each may be
// repeated.
var numberLetters = map[byte]struct {
	field field
	most  int
}{
	'D': {dayOfYear, 3}, 'd': {dayOfMonth, 2}, 'F': {alignedWeekOfMonth, 1}, 'g': {modifiedJulianDay, 19},
	'W': {weekOfMonth, 1}, 'w': {weekOfWeekBasedYear, 2},
	'H': {hourOfDay, 2}, 'k': {clockHourOfDay, 2}, 'K': {hourOfAmPm, 2}, 'h': {clockHourOfAmPm, 2},
	'm': {minuteOfHour, 2}, 's': {secondOfMinute, 2},
	'S': {nanoOfSecond, 9}, 'n': {nanoOfSecond, 19}, 'A': {milliOfDay, 19}, 'N': {nanoOfDay, 19},
}

func (b *builder) year(letter byte, count int) error {
	f := map[byte]field{'u': year, 'y': yearOfEra, 'Y': weekBasedYear}[letter]
	switch {
	case count == 2:
		// The base is the year of 2000-01-01, which in weeks may be 1999.
		base := b.locale.weeks.fieldOf(f, date{2000, 1, 1}.epochDay())
		return b.number(element{op: opReduced, field: f, min: 2, max: 2, sign: signNotNegative, base: base})
	case count < 4:
		return b.wide(f, count, signNormal)
	}
	return b.wide(f, count, signExceedsPad)
}

// wide adds a number of at least min digits.
func (b *builder) wide(f field, width int, sign signStyle) error {
	const most = 19
	if width > most {
		return patternError("The minimum width must be from 1 to %d inclusive but was %d", most, width)
	}
	return b.number(element{op: opNumber, field: f, min: width, max: most, sign: sign})
}

// value adds appendValue(field) for one letter, appendValue(field, count) for
// more.
func (b *builder) value(f field, count int) error {
	if count == 1 {
		return b.wide(f, 1, signNormal)
	}
	return b.number(element{op: opNumber, field: f, min: count, max: count, sign: signNotNegative})
}

func (b *builder) textLetter(letter byte, count int) error {
	f := textFields[letter]
	switch {
	case letter == 'B':
		return patternError("Pattern letter B (period of the day) is not supported")
	case letter == 'c' && count == 2:
		return patternError("Invalid pattern \"cc\"")
	case count > 5, letter == 'a' && count > 1:
		return patternError("Too many pattern letters: %c", letter)
	case (letter == 'e' || letter == 'c') && count < 3:
		return b.number(element{op: opNumber, field: localDayOfWeek, min: count, max: count, sign: signNotNegative})
	case count < 3 && letter != 'E' && letter != 'a' && letter != 'G':
		return b.value(f, count)
	}
	b.add(element{op: opText, field: f, names: b.locale.names(f, textLetters(letter, count))})
	return nil
}

// textLetters returns what a text is called in localeNamesFile.
func textLetters(letter byte, count int) string {
	switch {
	case letter == 'a':
		return "a"
	case letter == 'G' && count < 4:
		return "G"
	case letter == 'e':
		letter = 'E'
	}
	return strings.Repeat(string(letter), max(count, 3))
}

var textFields = map[byte]field{
	'M': monthOfYear, 'L': monthOfYear, 'Q': quarterOfYear, 'q': quarterOfYear,
	'E': dayOfWeek, 'e': dayOfWeek, 'c': dayOfWeek, 'a': amPmOfDay, 'G': era,
}

func (b *builder) zoneLetter(letter byte, count int) error {
	switch letter {
	case 'z':
		if count > 4 {
			return patternError("Too many pattern letters: z")
		}
		b.add(element{op: opZoneName, full: count == 4})
	case 'v':
		if count != 1 && count != 4 {
			return patternError("Wrong number of pattern letters: v")
		}
		b.add(element{op: opGenericZoneName, full: count == 4})
	case 'V':
		if count != 2 {
			return patternError("Pattern letter count must be 2: V")
		}
		b.add(element{op: opZoneID})
	case 'O':
		if count != 1 && count != 4 {
			return patternError("Pattern letter count must be 1 or 4: O")
		}
		b.add(element{op: opLocalizedOffset, full: count == 4})
	default:
		return b.offsetLetter(letter, count)
	}
	return nil
}

func (b *builder) offsetLetter(letter byte, count int) error {
	if count > 5 {
		return patternError("Too many pattern letters: %c", letter)
	}
	e := element{op: opOffset, literal: "Z", offset: count - 1}
	switch {
	case letter == 'x' && count == 1:
		e.literal = "+00"
	case letter == 'x':
		e.literal = [...]string{"+0000", "+00:00"}[count%2]
	case letter == 'Z' && count < 4:
		e.literal, e.offset = "+0000", offsetHHMM
	case letter == 'Z' && count == 4:
		e = element{op: opLocalizedOffset, full: true}
	}
	b.add(e)
	return nil
}
