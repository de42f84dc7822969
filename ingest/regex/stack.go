package regex

import "unicode/utf8"

// A frame is a choice that may have to be taken back, or what has to be put back
// then.
type frame struct {
	kind frameKind
	pc   int32
	pos  int32
	aux  int32
}

type frameKind int32

const (
	branch       frameKind = iota // go on at pc, pos
	restore                       // register pc was pos
	alternative                   // opChoose at pc: list aux>>16, alternative aux&0xFFFF
	shorter                       // opRun at pc has matched up to pos; it may go down to aux
	longer                        // opRunLazy at pc has matched up to pos, aux characters
	furtherBack                   // opBack at pc has gone to pos, aux characters
	anotherRound                  // opCount before pc: its lazy loop at register aux may go on
)

const (
	// maxStack bounds the stack of a match: 4 Mi frames are 64 MiB.
	maxStack = 1 << 22
	// maxPooledStack is the largest stack that is kept for the next match, 64 KiB.
	maxPooledStack = 1 << 12
)

func (m *machine) push(f frame) {
	if len(m.stack) >= maxStack {
		m.steps = -1
		return
	}
	m.stack = append(m.stack, f)
}

// retry takes back the last choice that leaves another and returns where to go
// on; a negative program position says that there is none.
func (m *machine) retry() (pc int32, pos int) {
	for last := len(m.stack) - 1; last >= 0; last-- {
		if m.steps--; m.steps < 0 {
			return -1, 0
		}
		f := &m.stack[last]
		switch f.kind {
		case restore:
			m.regs[f.pc] = f.pos
		case branch:
			m.stack = m.stack[:last]
			return f.pc, int(f.pos)
		case anotherRound:
			m.stack = m.stack[:last]
			pc, pos, r := f.pc, int(f.pos), f.aux
			m.set(r, int(m.regs[r])+1)
			return pc, pos
		case alternative:
			list := m.code[f.pc].choice.lists[f.aux>>16]
			next := f.aux & 0xFFFF
			if f.aux++; int(next) == len(list)-1 {
				m.stack = m.stack[:last]
			} else {
				m.stack = m.stack[:last+1]
			}
			return list[next], int(f.pos)
		case shorter, longer, furtherBack:
			if pos := m.another(f); pos >= 0 {
				m.stack = m.stack[:last+1]
				return f.pc + 1, pos
			}
		}
	}
	m.stack = m.stack[:0]
	return -1, 0
}

// another returns the next position of a run or lookbehind, -1 if there is none.
func (m *machine) another(f *frame) int {
	in := &m.code[f.pc]
	var pos int
	switch f.kind {
	case shorter:
		pos = m.giveBack(in, int(f.aux), int(f.pos))
	case longer:
		pos = m.takeMore(in, f)
	default:
		if in.max != unlimited && f.aux >= in.max || int(f.pos) == m.leftmost(in) {
			return -1
		}
		f.aux++
		pos = m.previous(int(f.pos))
	}
	f.pos = int32(pos)
	return pos
}

// barrier begins an atomic group or lookaround: it notes the height of the
// stack. A negative lookaround goes on behind if its body fails.
func (m *machine) barrier(in *instr, pos int) {
	m.set(in.x+1, pos)
	m.set(in.x, 0)
	m.regs[in.x] = int32(len(m.stack))
	if in.negate {
		m.push(frame{kind: branch, pc: in.y, pos: int32(pos)})
	}
}

// cut forgets the choices above a height. What they would have put back must
// still be put back for the choices below.
func (m *machine) cut(height int32) {
	kept := m.stack[:height]
	if height > 0 {
		for _, f := range m.stack[height:] {
			if f.kind == restore {
				kept = append(kept, f)
			}
		}
	}
	m.stack = kept
}

// refute takes back everything above a height.
func (m *machine) refute(height int32) {
	for i := len(m.stack) - 1; i >= int(height); i-- {
		if f := &m.stack[i]; f.kind == restore {
			m.regs[f.pc] = f.pos
		}
	}
	m.stack = m.stack[:height]
}

// goBack moves min characters back for a lookbehind, or returns -1.
func (m *machine) goBack(in *instr, pc int32, pos int) int {
	for range in.min {
		if pos == m.leftmost(in) {
			return -1
		}
		pos = m.previous(pos)
	}
	if in.max != in.min {
		m.push(frame{kind: furtherBack, pc: pc, pos: int32(pos), aux: in.min})
	}
	return pos
}

// leftmost is how far back a lookbehind may go.
func (m *machine) leftmost(in *instr) int {
	if in.negate {
		return int(m.regs[in.x])
	}
	return 0
}

// previous returns the position of the character that ends at pos.
func (m *machine) previous(pos int) int {
	if m.text[pos-1] < utf8.RuneSelf {
		return pos - 1
	}
	_, n := utf8.DecodeLastRuneInString(m.text[:pos])
	return pos - n
}
