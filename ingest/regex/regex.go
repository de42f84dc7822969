package regex

import (
	"math"
	"slices"
	"sync"
)

// A Dialect is a syntax with its semantics.
type Dialect uint8

const (
	// Ruby is Oniguruma's Ruby syntax as Joni implements it: ^ and $ are always
	// about lines, (?m) lets the dot match a line break, and named groups make
	// plain ones non-capturing.
	Ruby Dialect = iota
	// Java is java.util.regex.
	Java
)

// Flags are the flags of java.util.regex.Pattern.
type Flags struct {
	CaseInsensitive bool // CASE_INSENSITIVE, ASCII only unless UnicodeCase
	MultiLine       bool // MULTILINE
	DotAll          bool // DOTALL
	Comments        bool // COMMENTS
	UnicodeCase     bool // UNICODE_CASE
	UnicodeClasses  bool // UNICODE_CHARACTER_CLASS
	UnixLines       bool // UNIX_LINES
	Literal         bool // LITERAL
}

// A Native is a hand-written matcher that stands for the definition it is
// listed under in Settings.Natives. It must agree with it:
//
//   - Match returns the end of the match that the definition finds first at
//     text[at:], -1 if it finds none, or Undecided to have the definition run;
//   - if Match returned an end, every other match the definition would find
//     there, asked for another, ends earlier and before a byte of GiveBack. An
//     empty GiveBack says that there is no other.
//
// Groups in the definition are not captured.
type Native struct {
	Match    func(text string, at int) int
	GiveBack ByteSet
}

// Undecided is what Native.Match returns for a text it does not know.
const Undecided = -2

// DefaultSteps is the budget of a match: choices made and taken back, and sixteen
// bytes looked at in one go. Elasticsearch gives grok a second; this many take a
// tenth to half of one, and a text that needs them is lost either way.
const DefaultSteps = 10_000_000

// Settings say how an expression is read and run.
type Settings struct {
	Dialect Dialect
	Flags   Flags // of Java's dialect
	// Natives are hand-written matchers by the text of the group they stand for.
	Natives map[string]Native
	// Steps bounds the work of a match; 0 is DefaultSteps.
	Steps int
}

// A Regex is a compiled expression. It is safe for concurrent use.
type Regex struct {
	expr    string
	names   []string
	program *program
	filter  filter
	steps   int
	pool    sync.Pool
}

// Compile compiles an expression. The error is a *SyntaxError.
func Compile(expr string, s Settings) (*Regex, error) {
	p := &parser{expr: expr, dialect: s.Dialect, natives: s.Natives}
	if s.Dialect == Java {
		p.flags = s.Flags.bits()
	}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	analyze(root)
	if err := checkLookbehind(root, p); err != nil {
		return nil, err
	}
	r := &Regex{expr: expr, names: p.groups, steps: s.Steps, filter: newFilter(root)}
	if r.steps <= 0 {
		r.steps = DefaultSteps
	}
	var ok bool
	if r.program, ok = compile(root, len(p.groups)); !ok {
		return nil, &SyntaxError{Expr: expr, Message: "regular expression is too large", java: s.Dialect == Java}
	}
	r.pool.New = func() any { return newMachine(r.program) }
	return r, nil
}

func (f Flags) bits() flags {
	var out flags
	for bit, on := range map[flags]bool{
		ignoreCase: f.CaseInsensitive, multiLine: f.MultiLine, dotAll: f.DotAll, extended: f.Comments,
		unicodeCase: f.UnicodeCase, unicodeClasses: f.UnicodeClasses, unixLines: f.UnixLines, literalText: f.Literal,
	} {
		if on {
			out |= bit
		}
	}
	return out
}

// checkLookbehind refuses what Joni refuses in a lookbehind: lengths that vary
// other than between its alternatives, and captures in a negative one.
func checkLookbehind(n *node, p *parser) error {
	if n.kind == look && !n.ahead && !n.within && p.dialect == Ruby {
		alternatives := n.subs
		if n.subs[0].kind == choice {
			alternatives = n.subs[0].subs
		}
		for _, a := range alternatives {
			if a.info.low != a.info.high || n.negate && captures(a) {
				return &SyntaxError{Expr: p.expr, Message: "invalid pattern in look-behind"}
			}
		}
	}
	for _, s := range n.subs {
		if err := checkLookbehind(s, p); err != nil {
			return err
		}
	}
	return nil
}

func captures(n *node) bool {
	return n.kind == capture || slices.ContainsFunc(n.subs, captures)
}

// String returns the expression as it was written.
func (r *Regex) String() string { return r.expr }

// Names returns the names of the groups by number: "" for the whole match,
// which is 0, and for groups without a name.
func (r *Regex) Names() []string { return r.names }

// Slots returns how many positions a match has: two for each of Names.
func (r *Regex) Slots() int { return 2 * len(r.names) }

// Find looks for the first match in text[from:]; what is before from is seen by
// lookbehind and boundaries. It writes the begin and end of the match and of
// each group to slots, as far as they reach, -1 for a group that took no part.
// The error is ErrBudget.
func (r *Regex) Find(text string, from int, slots []int) (bool, error) {
	return r.find(text, from, len(text), slots)
}

// FindBefore is Find for a match that begins at last or before.
func (r *Regex) FindBefore(text string, from, last int, slots []int) (bool, error) {
	return r.find(text, from, last, slots)
}

// MatchAll reports whether the expression matches text as a whole
// (java.util.regex.Matcher.matches).
func (r *Regex) MatchAll(text string, slots []int) (bool, error) {
	if len(text) < r.filter.minBytes {
		return false, nil
	}
	m := r.machine(text, 0)
	defer r.release(m)
	m.whole = true
	return m.attempt(0, slots)
}

func (r *Regex) find(text string, from, last int, slots []int) (bool, error) {
	s := r.filter.starts(text, from)
	at, ok := s.next(from)
	if !ok || at > last {
		return false, nil
	}
	m := r.machine(text, from)
	defer r.release(m)
	for ok && at <= last {
		if found, err := m.attempt(at, slots); found || err != nil {
			return found, err
		}
		at, ok = s.next(after(text, at))
	}
	return false, nil
}

// maxText is the longest text, because positions are kept in 32 bits.
const maxText = math.MaxInt32

func (r *Regex) machine(text string, from int) *machine {
	m, _ := r.pool.Get().(*machine)
	m.text, m.from, m.steps, m.whole = text, from, r.steps, false
	if len(text) > maxText {
		m.steps = 0
	}
	return m
}

func (r *Regex) release(m *machine) {
	m.text = ""
	if cap(m.stack) > maxPooledStack {
		m.stack = nil // one runaway match must not pin its memory for ever
	}
	r.pool.Put(m)
}
