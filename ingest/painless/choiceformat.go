package painless

import (
	"fmt"
	"math"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A choiceFormat is a java.text.ChoiceFormat: texts for numbers from a limit on to
// the next one.
type choiceFormat struct {
	settings decimalFormat // those of NumberFormat, which have no effect

	limits []float64
	texts  []string
}

// JavaClass implements document.Object.
func (*choiceFormat) JavaClass() string { return "java.text.ChoiceFormat" }

// AppendText implements document.Object.
func (f *choiceFormat) AppendText(dst []byte) []byte { return append(dst, f.JavaClass()...) }

// Identity implements document.Object.
func (f *choiceFormat) Identity() string { return fmt.Sprintf("%v%q", f.limits, f.texts) }

// HashCode implements document.Object.
func (f *choiceFormat) HashCode() int32 {
	n := len(f.texts)
	if n == 0 {
		return 0
	}
	return int32(len(f.limits)) ^ document.String(f.texts[n-1]).HashCode()
}

func newChoiceFormat() *choiceFormat {
	return &choiceFormat{settings: decimalFormat{minWhole: 1, maxWhole: 40, maxFraction: 3, grouped: true}}
}

// clone shares the limits and texts, which are only replaced as a whole.
func (f *choiceFormat) clone() textFormat {
	c := *f
	return &c
}

// write implements textFormat.
func (f *choiceFormat) write(t *thread, v Value) fieldText {
	if k := numberKind(v); k == noPrimitive || k == primitiveChar {
		t.throw(document.IllegalArgument, "Cannot format given Object as a Number")
	}
	x, i := float64Of(t.number(t.at, v, typeDouble, true)), 0
	for i < len(f.limits) && x >= f.limits[i] {
		i++
	}
	t.spend(t.at, i/64)
	return fieldText{text: t.nameAt(f.texts, max(i-1, 0))}
}

// read implements textFormat: it takes the longest of the texts.
func (f *choiceFormat) read(t *thread, text string) reading {
	best := reading{value: document.Double(math.NaN())}
	t.spend(t.at, len(f.limits)/16)
	for i, limit := range f.limits {
		if n := len(f.texts[i]); n > best.end && strings.HasPrefix(text, f.texts[i]) {
			best = reading{document.Double(limit), n, true}
		}
	}
	return best
}

// apply is applyPattern: 0#none|1#one|1<many.
func (f *choiceFormat) apply(t *thread, pattern string) {
	t.charge(t.at, entryBytes*(1+strings.Count(pattern, "|"))+len(pattern))
	f.limits, f.texts = nil, nil
	var limit, text strings.Builder
	part, quoted, start, last := &limit, false, 0.0, math.NaN()
	runes := []rune(pattern)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == '\'' && i+1 < len(runes) && runes[i+1] == '\'':
			part.WriteByte('\'')
			i++
		case r == '\'':
			quoted = !quoted
		case quoted:
			part.WriteRune(r)
		case r == '<' || r == '#' || r == '≤':
			start = t.choiceLimit(limit.String(), r == '<')
			if start <= last {
				t.throw(document.IllegalArgument, "Incorrect order of intervals, must be in ascending order")
			}
			limit.Reset()
			part = &text
		case r == '|':
			f.limits, f.texts = append(f.limits, start), append(f.texts, text.String())
			last = start
			text.Reset()
			part = &limit
		default:
			part.WriteRune(r)
		}
	}
	if part == &text {
		f.limits, f.texts = append(f.limits, start), append(f.texts, text.String())
	}
}

// choiceLimit is the number that a choice begins with, or the next one.
func (t *thread) choiceLimit(text string, next bool) float64 {
	switch text {
	case "":
		t.throw(document.IllegalArgument, "Each interval must contain a number before a format")
	case "∞":
		return math.Inf(1)
	case "-∞":
		return math.Inf(-1)
	}
	x := t.parseReal(document.String(text), 64)
	if next {
		return following(x, true)
	}
	return x
}

// pattern is toPattern. Of a limit and the number before it, that closer to a whole
// one is shown.
func (f *choiceFormat) pattern() string {
	var b strings.Builder
	for i, limit := range f.limits {
		if i > 0 {
			b.WriteByte('|')
		}
		less := following(limit, false)
		switch fraction := func(x float64) float64 { return math.Abs(math.Remainder(x, 1)) }; {
		case fraction(limit) < fraction(less):
			b.WriteString(document.Double(limit).Text() + "#")
		case math.IsInf(limit, 1):
			b.WriteString("∞<")
		case math.IsInf(limit, -1):
			b.WriteString("-∞<")
		default:
			b.WriteString(document.Double(less).Text() + "<")
		}
		text := strings.ReplaceAll(f.texts[i], "'", "''")
		if strings.ContainsAny(text, "<#≤|") {
			text = "'" + text + "'"
		}
		b.WriteString(text)
	}
	return b.String()
}

// setChoices is what the constructor with limits does, too.
func (f *choiceFormat) setChoices(t *thread, limits, texts Value) {
	numbers := objectOf[*array](limits).items
	f.texts = t.texts(texts)
	if len(numbers) != len(f.texts) {
		t.throw(document.IllegalArgument, "Array and limit arrays must be of the same length.")
	}
	f.limits = make([]float64, len(numbers))
	for i, v := range numbers {
		f.limits[i] = float64Of(v)
	}
}

// following is the number after x, or the one before it.
func following(x float64, up bool) float64 {
	if up {
		return math.Nextafter(x, math.Inf(1))
	}
	return math.Nextafter(x, math.Inf(-1))
}

func choiceFormatClass() classSpec {
	in := func(v Value) *choiceFormat { return objectOf[*choiceFormat](v) }
	return classSpec{
		name: "ChoiceFormat", java: "java.text.ChoiceFormat", extends: []string{"NumberFormat"},
		methods: []member{
			{"void applyPattern(String)", func(t *thread, args []Value) Value {
				in(args[0]).apply(t, t.text(args[1]))
				return document.Null
			}},
			{"def[] getFormats()", func(t *thread, args []Value) Value {
				a := objectOf[*array](t.textArray(in(args[0]).texts))
				a.class = t.lib.arrayOf(typeDef)
				return document.ObjectOf(a)
			}},
			{"double[] getLimits()", func(t *thread, args []Value) Value {
				a := &array{class: t.lib.arrayOf(typeDouble)}
				t.charge(t.at, entryBytes*len(in(args[0]).limits))
				for _, limit := range in(args[0]).limits {
					a.items = append(a.items, document.Double(limit))
				}
				return document.ObjectOf(a)
			}},
			{"void setChoices(double[], String[])", func(t *thread, args []Value) Value {
				in(args[0]).setChoices(t, args[1], args[2])
				return document.Null
			}},
			{"String toPattern()", func(t *thread, args []Value) Value { return t.newText(in(args[0]).pattern()) }},
		},
		statics: []member{
			{"ChoiceFormat(String)", func(t *thread, args []Value) Value {
				f := newChoiceFormat()
				f.apply(t, t.text(args[0]))
				return document.ObjectOf(f)
			}},
			{"ChoiceFormat(double[], String[])", func(t *thread, args []Value) Value {
				f := newChoiceFormat()
				f.setChoices(t, args[0], args[1])
				return document.ObjectOf(f)
			}},
			{"double nextDouble(double)", func(x float64) float64 { return following(x, true) }},
			{"double nextDouble(double, boolean)", func(_ *thread, args []Value) Value {
				return document.Double(following(float64Of(args[0]), args[1].Bool()))
			}},
			{"double previousDouble(double)", func(x float64) float64 { return following(x, false) }},
		},
	}
}
