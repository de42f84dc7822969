package regex

import "unicode/utf8"

// A node is a part of a parsed expression.
type node struct {
	kind   nodeKind
	text   string  // literal: its bytes
	set    runeSet // oneOf
	subs   []*node // sequence and choice; the others have their body in subs[0]
	min    int     // repeat
	max    int     // repeat: or unlimited
	mode   repeatMode
	group  int   // capture
	named  bool  // capture
	negate bool  // look
	ahead  bool  // look: ahead, not behind
	within bool  // look: behind, but not before the absence it belongs to
	refs   []int // backref: the groups of the name, tried from the last
	fold   foldMode
	at     assertion
	native *Native // stands for subs[0]

	info *info // made by analyze
}

type nodeKind uint8

const (
	empty nodeKind = iota
	literal
	oneOf // a character of a set
	sequence
	choice
	repeat
	capture
	atomic
	look
	assert
	backref
	native
	keep // \K: the match begins here
	absent
)

// unlimited is the max of a repeat without one.
const unlimited = -1

type repeatMode uint8

const (
	greedy repeatMode = iota
	lazy
	possessive
)

type foldMode uint8

const (
	exactCase foldMode = iota
	foldASCII
	foldUnicode
)

// An assertion is a condition on a position.
type assertion uint8

const (
	lineStart       assertion = iota // after \n or at the start, but not at the end after a last \n
	lineEnd                          // before \n or at the end
	textStart                        // \A
	textEnd                          // \z
	lastLineEnd                      // \Z of Ruby: at the end or before a last \n
	searchStart                      // \G
	wordBoundary                     // Unicode
	noWordBoundary                   // Unicode
	asciiBoundary                    // as \w of Java
	noASCIIBoundary                  // as \w of Java
	javaLineStart                    // (?m)^ of Java
	javaLineEnd                      // (?m)$ of Java
	javaLastLineEnd                  // $ and \Z of Java
)

func emptyNode() *node { return &node{kind: empty} }

func literalNode(text string) *node { return &node{kind: literal, text: text} }

func setNode(s runeSet) *node { return &node{kind: oneOf, set: s} }

func assertNode(a assertion) *node { return &node{kind: assert, at: a} }

// sequenceOf joins parts: nested sequences are flattened, neighbouring literals
// become one.
func sequenceOf(parts []*node) *node {
	var out []*node
	for _, n := range parts {
		switch n.kind {
		case empty:
		case sequence:
			for _, s := range n.subs {
				out = appendPart(out, s)
			}
		default:
			out = appendPart(out, n)
		}
	}
	switch len(out) {
	case 0:
		return emptyNode()
	case 1:
		return out[0]
	}
	return &node{kind: sequence, subs: out}
}

func appendPart(out []*node, n *node) []*node {
	if last := len(out) - 1; n.kind == literal && last >= 0 && out[last].kind == literal {
		out[last] = literalNode(out[last].text + n.text)
		return out
	}
	return append(out, n)
}

func choiceOf(alternatives []*node) *node {
	if len(alternatives) == 1 {
		return alternatives[0]
	}
	return &node{kind: choice, subs: alternatives}
}

func repeatOf(body *node, low, high int, mode repeatMode) *node {
	return &node{kind: repeat, subs: []*node{body}, min: low, max: high, mode: mode}
}

// absentOf matches what does not contain a match of body, as much as can be: the
// absence (?~body) of Ruby. After each character none may end that began inside.
func absentOf(body *node) *node {
	clean := &node{kind: look, negate: true, within: true, subs: []*node{body}}
	rounds := repeatOf(sequenceOf([]*node{setNode(runeSet{0, maxRune}), clean}), 0, unlimited, greedy)
	return &node{kind: absent, subs: []*node{rounds}}
}

// oneChar returns the set of a node that matches exactly one character.
func (n *node) oneChar() (runeSet, bool) {
	switch n.kind {
	case oneOf:
		return n.set, true
	case literal:
		if r, size := utf8.DecodeRuneInString(n.text); size == len(n.text) && r != utf8.RuneError {
			return runeSet{r, r}, true
		}
	default:
	}
	return nil, false
}
