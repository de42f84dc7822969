package painless

// A token is one word of a source.
type token struct {
	kind tokenKind
	at   int    // byte offset
	text string // as written; of a string its value
}

type tokenKind uint8

const (
	tokenEnd      tokenKind = iota
	tokenName               // an identifier, or any name after a dot
	tokenKeyword            // a reserved word
	tokenInteger            // 1, 1L, 1f, 0x1F, 017
	tokenDecimal            // 1.5, 1e3
	tokenString             // 'x', "x"
	tokenRegex              // /x/i
	tokenOperator           // everything else
)

// is reports whether t is the operator or keyword text.
func (t token) is(text string) bool {
	return (t.kind == tokenOperator || t.kind == tokenKeyword) && t.text == text
}

// String returns the token as an error message shows it.
func (t token) String() string {
	switch t.kind {
	case tokenEnd:
		return "the end of the source"
	case tokenString:
		return "a string"
	case tokenRegex:
		return "a regular expression"
	case tokenName, tokenKeyword, tokenInteger, tokenDecimal, tokenOperator:
	}
	return "[" + t.text + "]"
}

var keywords = map[string]bool{
	"if": true, "else": true, "while": true, "do": true, "for": true, "in": true, "continue": true,
	"break": true, "return": true, "new": true, "try": true, "catch": true, "throw": true, "this": true,
	"instanceof": true, "true": true, "false": true, "null": true, "def": true,
}

// operators has every operator of Painless, longer ones before their prefixes.
var operators = []string{
	">>>=",
	"===", "!==", "==~", "<<=", ">>=", ">>>",
	"==", "!=", "<=", ">=", "&&", "||", "?.", "?:", "::", "->", "=~", "++", "--", "<<", ">>",
	"+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=",
	"{", "}", "[", "]", "(", ")", ".", ",", ";", "!", "~", "*", "/", "%", "+", "-", "<", ">",
	"&", "^", "|", "?", ":", "=",
}
