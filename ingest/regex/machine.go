package regex

import (
	"slices"
	"strings"
)

// A machine runs a program on a text.
type machine struct {
	code  []instr
	slots int // how many of regs are for groups
	regs  []int32
	stack []frame
	text  string
	from  int  // where the search began, \G
	steps int  // what is left of the budget
	whole bool // a match must end where the text does
}

func newMachine(p *program) *machine {
	return &machine{code: p.code, slots: p.slots, regs: make([]int32, p.registers)}
}

// attempt tries to match at a position and fills slots if it can.
func (m *machine) attempt(at int, slots []int) (bool, error) {
	for i := range m.regs {
		m.regs[i] = -1
	}
	m.stack = m.stack[:0]
	m.steps--
	end := m.run(at)
	if m.steps < 0 {
		return false, ErrBudget
	}
	if end < 0 {
		return false, nil
	}
	if m.regs[0] < 0 { // \K has not moved it
		m.regs[0] = int32(at)
	}
	m.regs[1] = int32(end)
	for i := range min(len(slots), m.slots) {
		slots[i] = int(m.regs[i])
	}
	return true, nil
}

// run executes the program from a position and returns where the match ends, or
// -1. In the loop, an instruction that succeeds continues; one that fails falls
// out of the switch to where the last choice is taken back.
//
//nolint:revive // the interpreter loop: one case for each instruction
func (m *machine) run(pos int) int {
	pc, text := int32(0), m.text
	for {
		in := &m.code[pc]
		pc++
		switch in.op {
		case opByte:
			if pos < len(text) && text[pos] == in.b {
				pos++
				continue
			}
		case opText:
			if strings.HasPrefix(text[pos:], in.text) {
				pos += len(in.text)
				continue
			}
		case opClass:
			if n := in.class.width(text, pos); n > 0 {
				pos += n
				continue
			}
		case opRunAll:
			if _, end := m.span(in, pos); end >= 0 {
				pos = end
				continue
			}
		case opRun:
			if end := m.runGreedy(in, pc-1, pos); end >= 0 {
				pos = end
				continue
			}
		case opRunLazy:
			if end := m.runLazy(in, pc-1, pos); end >= 0 {
				pos = end
				continue
			}
		case opChoose:
			if next := m.choose(in, pc-1, pos); next >= 0 {
				pc = next
				continue
			}
		case opJump:
			pc = in.x
			continue
		case opSave, opMark:
			m.set(in.x, pos)
			continue
		case opAssert:
			if m.holds(in.at, pos) {
				continue
			}
		case opNextIn:
			if (in.class.width(text, pos) > 0) != in.negate {
				continue
			}
		case opPrevIn:
			if in.class.before(text, pos) != in.negate {
				continue
			}
		case opBackref:
			if end := m.backref(in, pos); end >= 0 {
				pos = end
				continue
			}
		case opNative:
			end := in.native.Match(text, pos)
			if end == Undecided {
				continue
			}
			if end >= 0 {
				m.steps -= (end - pos) / scanCost
				if !in.negate {
					m.push(frame{kind: branch, pc: pc, pos: int32(pos)})
				}
				pc, pos = in.x, end
				continue
			}
		case opBarrier:
			m.barrier(in, pos)
			continue
		case opCut:
			m.cut(m.regs[in.x])
			continue
		case opCutBack:
			m.cut(m.regs[in.x])
			pos = int(m.regs[in.x+1])
			continue
		case opRefute:
			m.refute(m.regs[in.x])
		case opBack:
			if at := m.goBack(in, pc-1, pos); at >= 0 {
				pos = at
				continue
			}
		case opReached:
			if pos == int(m.regs[in.x+1]) {
				continue
			}
		case opZero:
			m.set(in.x, 0)
			continue
		case opCount:
			pc = m.count(in, pc, pos)
			continue
		case opProgress:
			if pos == int(m.regs[in.x]) {
				pc = in.y
			}
			continue
		case opMatch:
			if !m.whole || pos == len(text) {
				return pos
			}
		case opFail:
		}
		if pc, pos = m.retry(); pc < 0 {
			return -1
		}
	}
}

// choose returns where to go on at an opChoose, or -1.
func (m *machine) choose(in *instr, pc int32, pos int) int32 {
	next := endOfText
	if pos < len(m.text) {
		next = int(m.text[pos])
	}
	at := in.choice.table[next]
	list := in.choice.lists[at]
	if len(list) == 0 {
		return -1
	}
	if m.steps--; m.steps < 0 {
		return -1
	}
	if len(list) > 1 {
		m.push(frame{kind: alternative, pc: pc, pos: int32(pos), aux: int32(at)<<16 | 1})
	}
	return list[0]
}

// set writes a register; the old value comes back when a choice made before is
// taken back.
func (m *machine) set(r int32, v int) {
	if len(m.stack) > 0 {
		m.push(frame{kind: restore, pc: r, pos: m.regs[r]})
	}
	m.regs[r] = int32(v)
}

// count goes on with the body of a counted loop, or behind it.
func (m *machine) count(in *instr, body int32, pos int) int32 {
	n := m.regs[in.x]
	switch {
	case n < in.min:
	case in.max != unlimited && n >= in.max:
		return in.y
	case in.lazy:
		m.push(frame{kind: anotherRound, pc: body, pos: int32(pos), aux: in.x})
		return in.y
	default:
		m.push(frame{kind: branch, pc: in.y, pos: int32(pos)})
	}
	m.set(in.x, int(n)+1)
	return body
}

// backref returns the end of the text of one of the groups, or -1. Of several
// groups with one name the last that took part is tried first.
func (m *machine) backref(in *instr, pos int) int {
	for _, group := range slices.Backward(*in.refs) {
		g := 2 * group
		if g >= m.slots || m.regs[g] < 0 || m.regs[g+1] < m.regs[g] {
			continue
		}
		if end := m.same(m.text[m.regs[g]:m.regs[g+1]], pos, in.fold); end >= 0 {
			return end
		}
	}
	return -1
}
