package painless

import (
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// messageFormatClass is MessageFormat, which scripts cannot make.
func messageFormatClass() classSpec {
	return classSpec{
		name: "MessageFormat", java: "java.text.MessageFormat", extends: []string{"Format"},
		statics: []member{{"String format(String, Object[])", func(t *thread, args []Value) Value {
			return t.newText(t.message(t.text(args[0]), objectOf[*array](args[1]).items))
		}}},
	}
}

// A messagePart is text, or an argument: {0,number,percent}.
type messagePart struct {
	text   string
	isText bool
	index  int
	format textFormat // nil for one that suits the argument
}

// message is MessageFormat.format.
func (t *thread) message(pattern string, args []Value) string {
	var b strings.Builder
	for _, p := range t.messageParts(pattern) {
		text := p.text
		switch {
		case p.isText:
		case p.index >= len(args):
			text = "{" + strconv.Itoa(p.index) + "}"
		default:
			text = t.messageArgument(p, args)
		}
		t.charge(t.at, len(text))
		b.WriteString(text)
	}
	return b.String()
}

// messageArgument is the text of an argument. A choice may be a pattern again.
func (t *thread) messageArgument(p messagePart, args []Value) string {
	v := args[p.index]
	format := p.format
	if format == nil {
		format = t.formatFor(v)
	}
	if v.IsNull() || format == nil {
		t.weigh(t.at, v)
		return v.Text()
	}
	text := format.write(t, v).text
	if _, ok := format.(*choiceFormat); ok && strings.Contains(text, "{") {
		return t.message(text, args)
	}
	return text
}

// formatFor returns the format of an argument for which the pattern has none, nil
// for what is shown as it is.
func (t *thread) formatFor(v Value) textFormat {
	switch k := numberKind(v); {
	case k != noPrimitive && k != primitiveChar:
		return t.newNumberFormat(plainNumbers, nil)
	default:
		if _, ok := v.Object().(*date); ok {
			return t.styled(styleShort, styleShort, nil, 0)
		}
	}
	return nil
}

// messageParts reads a pattern.
func (t *thread) messageParts(pattern string) []messagePart {
	t.charge(t.at, 4*len(pattern))
	var parts []messagePart
	var text strings.Builder
	quoted := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case strings.HasPrefix(pattern[i:], "''"):
			text.WriteByte('\'')
			i++
		case c == '\'':
			quoted = !quoted
		case c == '{' && !quoted:
			n := argumentEnd(pattern[i+1:])
			if n < 0 {
				t.throw(document.IllegalArgument, "Unmatched braces in the pattern.")
			}
			parts = append(parts, messagePart{text: text.String(), isText: true}, t.messagePart(pattern[i+1:i+1+n]))
			t.charge(t.at, entryBytes)
			text.Reset()
			i += n + 1
		default:
			text.WriteByte(c)
		}
	}
	return append(parts, messagePart{text: text.String(), isText: true})
}

// argumentEnd returns where the brace is that ends an argument, -1 if there is
// none.
func argumentEnd(text string) int {
	depth, quoted := 0, false
	for i, c := range text {
		switch {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}' && depth == 0:
			return i
		case c == '}':
			depth--
		}
	}
	return -1
}

// messagePart reads what is in the braces: an index, a type and a style.
func (t *thread) messagePart(text string) messagePart {
	index, rest, _ := strings.Cut(text, ",")
	kind, style, _ := strings.Cut(rest, ",")
	n, err := strconv.ParseInt(index, 10, 32)
	switch {
	case err != nil:
		t.throw(document.IllegalArgument, "can't parse argument number: %s", index)
	case n < 0:
		t.throw(document.IllegalArgument, "negative argument number: %d", n)
	}
	kind = strings.TrimLeft(kind, " ")
	return messagePart{index: int(n), format: t.messageFormat(kind, style)}
}

// messageStyles are the styles of dates and times, by their names.
var messageStyles = map[string]int{"": styleMedium, "short": styleShort, "medium": styleMedium, "long": styleLong, "full": styleFull}

// messageFormat returns the format of a type and a style, nil without a type.
func (t *thread) messageFormat(kind, style string) textFormat {
	word := lowerCase(trim(style))
	named, ok := messageStyles[word]
	switch lowerCase(trim(kind)) {
	case "":
		return nil
	case "number":
		return t.messageNumbers(word, style)
	case "date":
		if ok {
			return t.styled(named, noStyle, nil, 0)
		}
		return t.newDateFormat(style, nil, 0)
	case "time":
		if ok {
			return t.styled(noStyle, named, nil, 0)
		}
		return t.newDateFormat(style, nil, 0)
	case "choice":
		f := newChoiceFormat()
		if _, thrown := t.protect(func(t *thread) flow { f.apply(t, style); return flowNext }); thrown != nil {
			t.throw(document.IllegalArgument, "Choice Pattern incorrect: %s", style)
		}
		return f
	}
	t.throw(document.IllegalArgument, "unknown format type: %s", kind)
	return nil
}

func (t *thread) messageNumbers(word, style string) textFormat {
	switch word {
	case "":
		return t.newNumberFormat(plainNumbers, nil)
	case "integer":
		return t.newNumberFormat(wholeNumbers, nil)
	case "percent":
		return t.newNumberFormat(percentages, nil)
	case "currency":
		return t.newNumberFormat(money, nil)
	}
	f := newDecimalFormat(numberLocaleFor(nil).symbols)
	f.apply(t, style)
	return f
}
