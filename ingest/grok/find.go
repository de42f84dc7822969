package grok

// Find looks for the first match of the first pattern in text[from:]; what is
// before from is seen by lookbehind. It returns where the match begins and ends,
// -1 if there is none. The error is ErrInterrupted.
func (g *Grok) Find(text string, from int) (begin, end int, err error) {
	m := Acquire()
	defer m.Release()
	if len(m.slots) < g.slots {
		m.slots, m.other = make([]int, g.slots), make([]int, g.slots)
	}
	found, err := g.patterns[0].regex.Find(text, from, m.slots)
	switch {
	case err != nil:
		return -1, -1, ErrInterrupted
	case !found:
		return -1, -1, nil
	}
	return m.slots[0], m.slots[1], nil
}
