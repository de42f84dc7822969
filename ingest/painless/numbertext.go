package painless

import "strings"

// The fields of numbers, in the order of numberFields. The first two are the
// constants of NumberFormat, too.
const (
	numberInteger = iota
	numberFraction
	numberExponent
	numberPoint
	numberSign
	numberComma
	numberExponentSymbol
	numberPercent
	numberPerMille
	numberCurrency
	numberExponentSign
)

// A numberText is the text of a number that is being written, with its fields.
type numberText struct {
	strings.Builder
	fields []fieldSpan
}

func (n *numberText) add(field int, text string) {
	from, number := n.Len(), -1
	if field <= numberFraction {
		number = field
	}
	n.WriteString(text)
	n.fields = append(n.fields, fieldSpan{numberFields[field], number, from, n.Len()})
}

func (n *numberText) done() fieldText { return fieldText{n.String(), n.fields} }

// addAffix adds what stands before or behind the digits.
func (n *numberText) addAffix(affix string, s *symbols) {
	special := false
	for _, r := range strings.ReplaceAll(affix, "¤¤", "$") {
		switch {
		case !special && r == '\'':
			special = true
			continue
		case !special || r == '\'':
			n.WriteRune(r)
		case r == '-':
			n.add(numberSign, string(s.minus))
		case r == '%':
			n.add(numberPercent, string(s.percent))
		case r == '‰':
			n.add(numberPerMille, string(s.perMill))
		case r == '$':
			n.add(numberCurrency, s.code)
		case r == '¤':
			n.add(numberCurrency, s.sign)
		}
		special = false
	}
}

// affix returns a prefix or suffix as it is shown.
func (s *symbols) affix(affix string) string {
	var n numberText
	n.addAffix(affix, s)
	return n.String()
}

// digits returns digits as the symbols have them.
func (s *symbols) digits(digits string) string {
	if s.zero == '0' {
		return digits
	}
	return strings.Map(func(r rune) rune { return r - '0' + s.zero }, digits)
}
