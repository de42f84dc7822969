package painless

import (
	"strings"
	"unicode/utf8"
)

// A scanner splits a source into tokens.
type scanner struct {
	src    source
	pos    int
	tokens []token
}

// scan returns the tokens of src, the last one being tokenEnd.
func scan(src source) ([]token, error) {
	s := &scanner{src: src}
	for {
		if err := s.blanks(); err != nil {
			return nil, err
		}
		if s.pos == len(src) {
			s.add(tokenEnd, s.pos, "")
			return s.tokens, nil
		}
		if err := s.token(); err != nil {
			return nil, err
		}
	}
}

func (s *scanner) add(kind tokenKind, at int, text string) {
	s.tokens = append(s.tokens, token{kind: kind, at: at, text: text})
}

func (s *scanner) rest() string { return string(s.src[s.pos:]) }

// blanks skips blanks and comments.
func (s *scanner) blanks() error {
	for s.pos < len(s.src) {
		rest := s.rest()
		switch {
		case strings.IndexByte(" \t\n\r", rest[0]) >= 0:
			s.pos++
		case strings.HasPrefix(rest, "//"):
			line, _, _ := strings.Cut(rest, "\n")
			s.pos += len(line)
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				return s.src.errorAt(s.pos, "comment is not closed")
			}
			s.pos += end + len("/**/")
		default:
			return nil
		}
	}
	return nil
}

func (s *scanner) token() error {
	c := s.src[s.pos]
	switch {
	case isLetter(c):
		s.name()
		return nil
	case c == '$':
		s.add(tokenName, s.pos, "$")
		s.pos++
		return nil
	case isDigit(c):
		s.number()
		return nil
	case c == '\'' || c == '"':
		return s.str(c)
	case c == '/' && s.regexHere():
		return s.regex()
	}
	for _, op := range operators {
		if strings.HasPrefix(s.rest(), op) {
			s.add(tokenOperator, s.pos, op)
			s.pos += len(op)
			return nil
		}
	}
	r, _ := utf8.DecodeRuneInString(s.rest())
	return s.src.errorAt(s.pos, "unexpected character [%c].", r)
}

func isLetter(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// previous returns the token before the current one.
func (s *scanner) previous() token {
	if len(s.tokens) == 0 {
		return token{}
	}
	return s.tokens[len(s.tokens)-1]
}

func (s *scanner) afterDot() bool {
	t := s.previous()
	return t.is(".") || t.is("?.")
}

// while moves past the bytes that are in the set.
func (s *scanner) while(in func(byte) bool) {
	for s.pos < len(s.src) && in(s.src[s.pos]) {
		s.pos++
	}
}

func (s *scanner) name() {
	start := s.pos
	s.while(func(c byte) bool { return isLetter(c) || isDigit(c) })
	text := string(s.src[start:s.pos])
	if keywords[text] && !s.afterDot() {
		s.add(tokenKeyword, start, text)
		return
	}
	s.add(tokenName, start, text)
}

// number scans a number. After a dot only digits belong to it, so that
// ctx.list.0.1 is two items.
func (s *scanner) number() {
	start := s.pos
	kind := tokenInteger
	switch rest := s.rest(); {
	case s.afterDot():
		s.while(isDigit)
	case len(rest) > 2 && (rest[1] == 'x' || rest[1] == 'X') && rest[0] == '0' && isHex(rest[2]):
		s.pos += 2
		s.while(isHex)
		s.suffix("lL")
	default:
		s.while(isDigit)
		if s.fraction() || s.exponent() {
			kind = tokenDecimal
			s.exponent()
			s.suffix("fFdD")
			break
		}
		s.suffix("lLfFdD")
	}
	s.add(kind, start, string(s.src[start:s.pos]))
}

func (s *scanner) suffix(letters string) {
	if s.pos < len(s.src) && strings.IndexByte(letters, s.src[s.pos]) >= 0 {
		s.pos++
	}
}

func (s *scanner) fraction() bool {
	if rest := s.rest(); len(rest) > 1 && rest[0] == '.' && isDigit(rest[1]) {
		s.pos++
		s.while(isDigit)
		return true
	}
	return false
}

func (s *scanner) exponent() bool {
	rest := s.rest()
	n := 1
	if len(rest) > 1 && (rest[1] == '+' || rest[1] == '-') {
		n = 2
	}
	if len(rest) <= n || rest[0] != 'e' && rest[0] != 'E' || !isDigit(rest[n]) {
		return false
	}
	s.pos += n
	s.while(isDigit)
	return true
}

// str scans a string; only its quote and the backslash can be escaped.
func (s *scanner) str(quote byte) error {
	start := s.pos
	var text strings.Builder
	for s.pos++; s.pos < len(s.src); s.pos++ {
		c := s.src[s.pos]
		switch {
		case c == quote:
			s.pos++
			s.add(tokenString, start, text.String())
			return nil
		case c != '\\':
			text.WriteByte(c)
		case s.pos+1 < len(s.src) && (s.src[s.pos+1] == quote || s.src[s.pos+1] == '\\'):
			s.pos++
			text.WriteByte(s.src[s.pos])
		default:
			return s.src.errorAt(s.pos, `unexpected character [%s]. The only valid escape sequences in strings starting with [%c] are [\\] and [\%c].`,
				s.src[start:min(s.pos+2, len(s.src))], quote, quote)
		}
	}
	return s.src.errorAt(start, "unexpected character [%c]. The string is not closed.", quote)
}

// regexHere decides whether a slash starts a regular expression: it divides
// only after something that has a value.
func (s *scanner) regexHere() bool {
	switch t := s.previous(); t.kind {
	case tokenName, tokenInteger, tokenDecimal, tokenString, tokenRegex:
		return false
	case tokenKeyword:
		return t.text != "true" && t.text != "false" && t.text != "null" && t.text != "this"
	case tokenOperator:
		return t.text != ")" && t.text != "]" && t.text != "}"
	case tokenEnd:
	}
	return true
}

func (s *scanner) regex() error {
	start := s.pos
	for s.pos++; s.pos < len(s.src) && s.src[s.pos] != '\n'; s.pos++ {
		switch s.src[s.pos] {
		case '\\':
			s.pos++
		case '/':
			s.pos++
			s.while(func(c byte) bool { return strings.IndexByte("cilmsUux", c) >= 0 })
			s.add(tokenRegex, start, string(s.src[start:s.pos]))
			return nil
		}
	}
	return s.src.errorAt(start, "regular expression is not closed")
}
