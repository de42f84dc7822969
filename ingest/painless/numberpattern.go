package painless

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A numberPattern reads a pattern such as #,##0.00;(#).
type numberPattern struct {
	t      *thread
	text   string // what is left
	whole  string // for messages
	format *decimalFormat
}

// apply is applyPattern.
func (f *decimalFormat) apply(t *thread, pattern string) { f.applyAs(t, pattern, pattern) }

// applyLocalized is applyLocalizedPattern.
func (f *decimalFormat) applyLocalized(t *thread, pattern string) {
	f.applyAs(t, f.symbols.standard(pattern), pattern)
}

// applyAs sets the format to a pattern that the script wrote in some way.
func (f *decimalFormat) applyAs(t *thread, pattern, written string) {
	t.charge(t.at, 4*len(pattern))
	p := numberPattern{t: t, text: pattern, whole: written, format: f}
	f.multiplier, f.exponent, f.money = 1, 0, false
	if pattern == "" {
		f.maxWhole, f.maxFraction, f.minWhole, f.minFraction = maxWholeDigits, maxFractionDigits, 0, 0
	}
	f.prefix = p.affix(true)
	if p.text != "" {
		p.number()
	}
	f.suffix = p.affix(false)
	f.negativePrefix, f.negativeSuffix = "'-"+f.prefix, f.suffix
	if rest, ok := strings.CutPrefix(p.text, ";"); ok {
		p.text = rest
		prefix := p.affix(true)
		p.text = strings.TrimLeft(p.text, "#0,.E") // the digits are those of the positive pattern
		if suffix := p.affix(false); prefix != f.prefix || suffix != f.suffix {
			f.negativePrefix, f.negativeSuffix = prefix, suffix
		}
	}
	if p.text != "" {
		p.malformed()
	}
}

func (p *numberPattern) malformed() {
	p.t.throw(document.IllegalArgument, `Malformed pattern "%s"`, p.whole)
}

// affix reads the text before or behind the digits. In the result a quote stands
// before each character with a meaning, and before a quote.
func (p *numberPattern) affix(before bool) string {
	var b strings.Builder
	quoted := false
	text := []rune(p.text)
	for ; len(text) > 0; text = text[1:] {
		switch r := text[0]; {
		case r == '\'' && len(text) > 1 && text[1] == '\'':
			b.WriteString("''")
			text = text[1:]
		case r == '\'':
			quoted = !quoted
		case quoted:
			b.WriteRune(r)
		case strings.ContainsRune("#0,.;", r):
			if !before && r != ';' {
				p.t.throw(document.IllegalArgument, `Unquoted special character '%c' in pattern "%s"`, r, p.whole)
			}
			p.text = string(text)
			return b.String()
		case r == '¤' && len(text) > 1 && text[1] == '¤':
			p.format.money = true
			b.WriteString("'¤¤")
			text = text[1:]
		case strings.ContainsRune("¤%‰-", r):
			p.special(r)
			b.WriteString("'" + string(r))
		default:
			b.WriteRune(r)
		}
	}
	if quoted {
		p.malformed()
	}
	p.text = ""
	return b.String()
}

func (p *numberPattern) special(r rune) {
	by := int64(1)
	switch r {
	case '¤':
		p.format.money = true
	case '%':
		by = 100
	case '‰':
		by = 1000
	}
	if by == 1 {
		return
	}
	if p.format.multiplier != 1 && p.format.multiplier != by {
		p.t.throw(document.IllegalArgument, `Too many percent/per mille characters in pattern "%s"`, p.whole)
	}
	p.format.multiplier = by
}

// number reads the digits.
func (p *numberPattern) number() {
	end := len(p.text) - len(strings.TrimLeft(p.text, "#0,."))
	d := p.count(p.text[:end])
	p.text = p.text[end:]
	p.exponent(d.left + d.zeros)
	if d.zeros == 0 && d.left > 0 && d.point >= 0 { // #.# stands for 0.#, but does not show the 0
		n := max(d.point, 1)
		d.right, d.left, d.zeros = d.left-n, n-1, 1
	}
	if d.point < 0 && d.right > 0 || d.point >= 0 && (d.point < d.left || d.point > d.left+d.zeros) || d.group == 0 {
		p.malformed()
	}
	p.format.setDigits(&d)
}

// patternDigits are the digits of a pattern: # before the zeros, zeros, # behind
// them. point is how many are before the point, group behind the last comma, -1
// without one.
type patternDigits struct{ left, zeros, right, point, group int }

func (p *numberPattern) count(digits string) patternDigits {
	d := patternDigits{point: -1, group: -1}
	for _, c := range digits {
		switch {
		case c == ',':
			d.group = 0
			continue
		case c == '.' && d.point >= 0:
			p.t.throw(document.IllegalArgument, `Multiple decimal separators in pattern "%s"`, p.whole)
		case c == '.':
			d.point = d.left + d.zeros + d.right
			continue
		case c == '0' && d.right > 0:
			p.t.throw(document.IllegalArgument, `Unexpected '0' in pattern "%s"`, p.whole)
		case c == '0':
			d.zeros++
		case d.zeros > 0:
			d.right++
		default:
			d.left++
		}
		if d.group >= 0 && d.point < 0 {
			d.group++
		}
	}
	return d
}

// exponent reads E00.
func (p *numberPattern) exponent(digits int) {
	rest, ok := strings.CutPrefix(p.text, "E")
	if !ok {
		return
	}
	p.text = strings.TrimLeft(rest, "0")
	p.format.exponent = len(rest) - len(p.text)
	if digits < 1 || p.format.exponent < 1 {
		p.t.throw(document.IllegalArgument, `Malformed exponential pattern "%s"`, p.whole)
	}
}

func (f *decimalFormat) setDigits(d *patternDigits) {
	total, whole := d.left+d.zeros+d.right, d.point
	if d.point < 0 {
		whole = total
	}
	f.minWhole, f.maxWhole = whole-d.left, maxWholeDigits
	if f.exponent > 0 {
		f.maxWhole = d.left + f.minWhole
	}
	f.minFraction, f.maxFraction = 0, 0
	if d.point >= 0 {
		f.minFraction, f.maxFraction = d.left+d.zeros-d.point, total-d.point
	}
	f.grouped, f.group = d.group > 0, max(d.group, 0)
	f.pointShown = d.point == 0 || d.point == total
}

// pattern is toPattern, or toLocalizedPattern with the symbols of the format.
func (f *decimalFormat) pattern(s *symbols) string {
	var b strings.Builder
	digits := max(f.group, f.minWhole) + 1
	if f.exponent > 0 {
		digits = f.maxWhole
	}
	for i := digits; i > 0; i-- {
		if i != digits && f.grouped && f.group > 0 && i%f.group == 0 {
			b.WriteRune(s.comma)
		}
		if i <= f.minWhole {
			b.WriteRune(s.zero)
		} else {
			b.WriteRune(s.digit)
		}
	}
	if f.maxFraction > 0 || f.pointShown {
		b.WriteRune(s.point)
	}
	b.WriteString(strings.Repeat(string(s.zero), f.minFraction) + strings.Repeat(string(s.digit), max(f.maxFraction-f.minFraction, 0)))
	if f.exponent > 0 {
		b.WriteString(s.exponent + strings.Repeat(string(s.zero), f.exponent))
	}
	out := s.affixPattern(f.prefix) + b.String() + s.affixPattern(f.suffix)
	if f.negativePrefix != "'-"+f.prefix || f.negativeSuffix != f.suffix {
		out += string(s.separator) + s.affixPattern(f.negativePrefix) + b.String() + s.affixPattern(f.negativeSuffix)
	}
	return out
}

// affixPattern returns an affix as patterns have it, with quotes around text that
// has a meaning.
func (s *symbols) affixPattern(affix string) string {
	var b, text strings.Builder
	flush := func() {
		special := string([]rune{s.zero, s.comma, s.point, s.percent, s.perMill, s.digit, s.separator, s.minus, '¤'})
		if strings.ContainsAny(text.String(), special) {
			b.WriteString("'" + text.String() + "'")
		} else {
			b.WriteString(text.String())
		}
		text.Reset()
	}
	runes := []rune(affix)
	for i := 0; i < len(runes); i++ {
		if runes[i] != '\'' || i+1 == len(runes) {
			text.WriteRune(runes[i])
			continue
		}
		i++
		flush()
		switch runes[i] {
		case '\'':
			b.WriteString("''")
		case '%':
			b.WriteRune(s.percent)
		case '‰':
			b.WriteRune(s.perMill)
		case '-':
			b.WriteRune(s.minus)
		default:
			b.WriteRune(runes[i])
			if i+1 < len(runes) && runes[i+1] == '¤' {
				b.WriteRune('¤')
				i++
			}
		}
	}
	flush()
	return b.String()
}

// standard returns a localized pattern with the characters of standard ones.
func (s *symbols) standard(localized string) string {
	chars := map[rune]rune{
		s.zero: '0', s.comma: ',', s.point: '.', s.percent: '%', s.perMill: '‰', s.digit: '#', s.separator: ';', s.minus: '-',
	}
	var b strings.Builder
	quoted := false
	for rest := localized; rest != ""; {
		r := []rune(rest[:min(len(rest), 4)])[0]
		standard, special := chars[r]
		switch {
		case r == '\'':
			quoted = !quoted
			b.WriteRune(r)
		case quoted:
			b.WriteRune(r)
		case s.exponent != "" && strings.HasPrefix(rest, s.exponent):
			b.WriteByte('E')
			rest = rest[len(s.exponent):]
			continue
		case special:
			b.WriteRune(standard)
		case strings.ContainsRune("0,.%‰#;-E", r):
			b.WriteString("'" + string(r) + "'")
		default:
			b.WriteRune(r)
		}
		rest = rest[len(string(r)):]
	}
	return b.String()
}
