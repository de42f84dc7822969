package template

import "strings"

// A node is a piece of a template.
type node struct {
	kind nodeKind
	text string // of a literal
	name name   // of everything else
	body []node // of a section, and of the function url
}

type nodeKind uint8

const (
	literal     nodeKind = iota
	variable             // {{x}}, escaped
	rawVariable          // {{{x}}} and {{&x}}
	section              // {{#x}}…{{/x}}
	inverted             // {{^x}}…{{/x}}
	toJSON               // {{#toJson}}x{{/toJson}}
	join                 // {{#join}}x{{/join}}, text being the delimiter
	urlEncode            // {{#url}}…{{/url}}
)

// maxSections is how deep sections may be nested.
const maxSections = 64

// A parser reads a template from front to back.
type parser struct {
	src      string
	pos      int
	line     int // line breaks read
	sections int // open sections
}

func parse(src string) ([]node, error) {
	p := &parser{src: src}
	return p.block(nil)
}

// A tag is what stands between braces.
type tag struct {
	at    int  // offset of the opening braces
	sigil byte // '#', '^', '/', '{', '&' …, or 0
	name  string
}

// A block collects the nodes between two section tags. pending is the text
// since the last line break or tag: a line that holds nothing but section tags
// and blanks leaves no trace, so it is kept back until that is known.
type block struct {
	nodes   []node
	pending []byte
	blank   bool // nothing but blanks on this line so far
	swallow bool // the line began or ended with a section tag on another line
}

// block reads nodes up to the end of the section open, or of the source.
func (p *parser) block(open *tag) ([]node, error) {
	b := &block{blank: true, swallow: open != nil}
	for p.pos < len(p.src) {
		if strings.HasPrefix(p.src[p.pos:], "{{") {
			done, err := p.element(b, open)
			if done || err != nil {
				return b.nodes, err
			}
			continue
		}
		p.character(b)
	}
	if open != nil {
		return nil, p.errorAt(open.at, "section [%s] is not closed", open.name)
	}
	b.flush()
	return b.nodes, nil
}

// character reads one byte of literal text; carriage returns are dropped.
func (p *parser) character(b *block) {
	c := p.src[p.pos]
	p.pos++
	switch c {
	case '\r':
	case '\n':
		p.line++
		if !b.swallow || !b.blank {
			b.pending = append(b.pending, '\n')
		}
		b.flush()
		b.swallow, b.blank = false, true
	default:
		b.blank = b.blank && (c == ' ' || c == '\t')
		b.pending = append(b.pending, c)
	}
}

// flush turns the pending text into a literal.
func (b *block) flush() {
	if len(b.pending) == 0 {
		return
	}
	if last := len(b.nodes) - 1; last >= 0 && b.nodes[last].kind == literal {
		b.nodes[last].text += string(b.pending)
	} else {
		b.nodes = append(b.nodes, node{kind: literal, text: string(b.pending)})
	}
	b.pending = b.pending[:0]
}

// element reads a tag and what belongs to it. It reports true at the end of the
// section open.
func (p *parser) element(b *block, open *tag) (bool, error) {
	t, err := p.tag()
	if err != nil {
		return false, err
	}
	switch t.sigil {
	case '#', '^':
		return false, p.section(b, t)
	case '/':
		if !b.blank {
			b.flush()
		}
		return true, p.checkEnd(t, open)
	case '!':
		b.flush()
		return false, nil
	case '{', '&':
		b.add(node{kind: rawVariable, name: compileName(t.name)})
		return false, nil
	case 0:
		b.add(node{kind: variable, name: compileName(t.name)})
		return false, nil
	}
	return false, p.errorAt(t.at, "%s are not supported", unsupported[t.sigil])
}

// unsupported names the tags of Mustache that are no part of the subset.
var unsupported = map[byte]string{
	'>': "partials", '=': "delimiter changes", '<': "inherited templates", '$': "template blocks", '%': "pragmas",
}

func (b *block) add(n node) {
	b.flush()
	b.blank = false
	b.nodes = append(b.nodes, n)
}

func (p *parser) checkEnd(t tag, open *tag) error {
	switch {
	case open == nil:
		return p.errorAt(t.at, "section [%s] ends here but was not opened", t.name)
	case open.name != t.name:
		return p.errorAt(t.at, "section [%s] ends where [%s] was opened", t.name, open.name)
	}
	return nil
}

func (p *parser) section(b *block, t tag) error {
	if p.sections++; p.sections > maxSections {
		return p.errorAt(t.at, "sections are nested deeper than %d levels", maxSections)
	}
	line := p.line
	body, err := p.block(&t)
	if err != nil {
		return err
	}
	p.sections--
	b.swallow = p.line > line
	if !b.blank || !b.swallow {
		b.flush()
	}
	b.pending = b.pending[:0]
	n, err := p.sectionNode(t, body)
	b.nodes = append(b.nodes, n)
	return err
}

func (p *parser) sectionNode(t tag, body []node) (node, error) {
	if t.sigil == '^' {
		return node{kind: inverted, name: compileName(t.name), body: body}, nil
	}
	if f, ok := function(t.name); ok {
		return f.node(p, t, body)
	}
	return node{kind: section, name: compileName(t.name), body: body}, nil
}

// tag reads from the opening braces past the closing ones.
func (p *parser) tag() (tag, error) {
	t := tag{at: p.pos}
	content, _, closed := strings.Cut(p.src[p.pos+2:], "}}")
	if !closed {
		return t, p.errorAt(t.at, "tag is not closed, }} is missing")
	}
	p.pos += len("{{") + len(content) + len("}}")
	p.line += strings.Count(content, "\n")
	if content == "" {
		return t, p.errorAt(t.at, "tag is empty")
	}
	if strings.IndexByte("#^/{&!>=<$%", content[0]) >= 0 {
		t.sigil, content = content[0], content[1:]
	}
	t.name = strings.TrimFunc(content, func(r rune) bool { return r <= ' ' })
	if t.sigil == '{' {
		if !strings.HasPrefix(p.src[p.pos:], "}") {
			return t, p.errorAt(t.at, "tag is opened by {{{ but not closed by }}}")
		}
		p.pos++
	}
	if t.name == "" && t.sigil != '!' {
		return t, p.errorAt(t.at, "tag is empty")
	}
	return t, nil
}

func (p *parser) errorAt(at int, format string, args ...any) error {
	return syntaxError(p.src, at, format, args...)
}
