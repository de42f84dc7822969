package datetime

// specFields are the letters of numbers in a specification.
var specFields = map[byte]field{
	'u': year, 'y': yearOfEra, 'M': monthOfYear, 'd': dayOfMonth, 'D': dayOfYear,
	'H': hourOfDay, 'm': minuteOfHour, 's': secondOfMinute,
	'I': isoWeekBasedYear, 'w': isoWeek, 'e': dayOfWeek,
}

// compileSpec compiles the notation that named.go has the named formats in. It
// says more about widths and signs than a java.time pattern can:
//
//	H2 H1-2   an hour of two digits, of one or two
//	u4x       … with + if there are more digits than the minimum
//	u1-9n     … with - if it is negative
//	w1-2N     … without a sign
//	.1-9      a fraction of a second with its point
//	,1-9      a fraction of a second with a comma
//	V z Z     a zone id or offset; an offset as +02:00; as +02 or +0200
//	[ ]       an optional section
//	?         from here on letters match in either case
//
// All else stands for itself.
func compileSpec(spec string) pattern {
	s := specCompiler{builder: newBuilder(Root), spec: spec}
	for s.pos < len(spec) {
		s.next()
	}
	return s.builder.build()
}

type specCompiler struct {
	builder *builder
	spec    string
	pos     int
}

func (s *specCompiler) next() {
	c := s.spec[s.pos]
	s.pos++
	if f, ok := specFields[c]; ok {
		s.number(f)
		return
	}
	switch c {
	case '[':
		s.builder.openOptional()
	case ']':
		s.builder.closeOptional()
	case '.', ',':
		if c == ',' {
			s.builder.literal(",")
		}
		least, most := s.widths()
		s.builder.add(element{op: opFraction, field: nanoOfSecond, min: least, max: most, sign: signNotNegative, point: c == '.'})
	case 'V':
		s.builder.add(element{op: opZoneID})
	case 'z':
		s.builder.add(element{op: opOffset, offset: offsetHHcMM, literal: "Z"})
	case 'Z':
		s.builder.add(element{op: opOffset, offset: offsetHHmm, literal: "Z"})
	case '?':
		s.builder.add(element{op: opIgnoreCase, full: true})
	default:
		s.builder.literal(s.spec[s.pos-1 : s.pos])
	}
}

func (s *specCompiler) number(f field) {
	e := element{op: opNumber, field: f, sign: signNotNegative}
	e.min, e.max = s.widths()
	if s.pos < len(s.spec) {
		signs := map[byte]signStyle{'x': signExceedsPad, 'n': signNormal, 'N': signNever}
		if sign, ok := signs[s.spec[s.pos]]; ok {
			e.sign = sign
			s.pos++
		}
	}
	_ = s.builder.number(e) // fails only for padded numbers
}

// widths reads min or min-max.
func (s *specCompiler) widths() (least, most int) {
	least = s.digits()
	if s.pos+1 < len(s.spec) && s.spec[s.pos] == '-' && isDigit(s.spec[s.pos+1]) {
		s.pos++
		return least, s.digits()
	}
	return least, least
}

func (s *specCompiler) digits() int {
	n := 0
	for s.pos < len(s.spec) && isDigit(s.spec[s.pos]) {
		n = n*10 + int(s.spec[s.pos]-'0')
		s.pos++
	}
	return n
}
