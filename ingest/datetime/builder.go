package datetime

import "errors"

// A builder puts elements together with the rules of DateTimeFormatterBuilder
// for numbers that stand side by side.
type builder struct {
	locale *Locale
	levels []level // the pattern and the optional sections open in it
	pad    int     // width of the next element; 0 for none
	fill   byte    // what pads it
}

type level struct {
	elements pattern
	// open is the index of the number that fixed-width numbers right behind it
	// take digits from, or -1.
	open int
}

func newBuilder(locale *Locale) *builder {
	return &builder{locale: locale, levels: []level{{open: -1}}}
}

func (b *builder) top() *level { return &b.levels[len(b.levels)-1] }

func (b *builder) build() pattern {
	for b.closeOptional() {
	}
	return b.levels[0].elements
}

func (b *builder) padNext(width int, with byte) { b.pad, b.fill = width, with }

func (b *builder) add(e element) {
	l := b.top()
	e.pad, e.fill, b.pad = b.pad, b.fill, 0
	l.elements = append(l.elements, e)
	l.open = -1
}

func (b *builder) literal(text string) {
	b.add(element{op: opLiteral, literal: text})
}

// errPadded is what java.time answers to a padded number that is followed by
// another number (JDK-8193877).
var errPadded = errors.New("a padded number must not be followed by another number")

// number adds a number. The first of several numbers in a row is the open one:
// it leaves as many digits as the fixed-width ones behind it need.
func (b *builder) number(e element) error {
	l := b.top()
	open := l.open
	if open < 0 {
		b.add(e)
		l.open = len(l.elements) - 1
		return nil
	}
	if l.elements[open].pad > 0 {
		return errPadded
	}
	b.add(e)
	if e.min == e.max && e.sign == signNotNegative {
		l.elements[open].reserved += e.max
		l.open = open
		return nil
	}
	l.elements[open].reserved = 0
	l.open = len(l.elements) - 1
	return nil
}

func (b *builder) openOptional() {
	b.top().open = -1
	b.levels = append(b.levels, level{open: -1})
}

// closeOptional ends the innermost optional section; false if there is none.
func (b *builder) closeOptional() bool {
	if len(b.levels) == 1 {
		return false
	}
	body := b.top().elements
	b.levels = b.levels[:len(b.levels)-1]
	if len(body) > 0 {
		b.add(element{op: opOptional, body: body})
	}
	return true
}
