package regex

// An opcode is what an instruction does at the current position.
type opcode uint8

const (
	opMatch    opcode = iota
	opFail            // nothing matches
	opByte            // the byte b
	opText            // the bytes text
	opClass           // a character of class
	opRun             // min to max characters of class, as many as can be; may give back
	opRunAll          // the same, and gives nothing back
	opRunLazy         // the same, as few as can be
	opChoose          // go on at one of lists[table[next byte]], in that order
	opJump            // go on at x
	opSave            // register x = position
	opAssert          // at holds
	opNextIn          // the next character is in class, or not if negate
	opPrevIn          // the previous character is in class, or not if negate
	opBackref         // the text of one of the groups refs
	opNative          // native matches; go on at x, or, if it is not to be trusted with more, at y
	opBarrier         // registers x, x+1 = stack height, position
	opCut             // forget the choices made since the barrier x
	opCutBack         // the same, and go back to its position
	opRefute          // take back all since the barrier x, and fail
	opBack            // go back min characters, then more up to max, but not before register x if negate
	opReached         // the position is that of the barrier x
	opZero            // register x = 0
	opCount           // count register x up to min, then go on at y as well, up to max
	opMark            // register x = position
	opProgress        // go on at y if the position is still that of register x
)

// An instr is an instruction. Execution goes on at the next one unless it says
// otherwise.
type instr struct {
	op     opcode
	b      byte
	negate bool
	lazy   bool
	fold   foldMode
	at     assertion
	x, y   int32
	min    int32
	max    int32 // or unlimited
	class  *class
	text   string // opText; of a run: what comes next, so that a scan can look for it
	choice *dispatch
	native *Native
	refs   *[]int // a pointer, because it is rare and an instruction should be small
}

// A dispatch is the choice at an opChoose: which alternatives can begin with
// the next byte, in the order in which they are tried.
type dispatch struct {
	table *nextByte // index of lists; the same table is kept once for a program
	lists [][]int32 // of program positions
}

// A nextByte maps the next byte, or endOfText, to a number.
type nextByte [endOfText + 1]uint16

// endOfText is the place of "no next byte" in a table.
const endOfText = 256

// A program is a compiled expression.
type program struct {
	code      []instr
	slots     int // registers for the groups, two each
	registers int // these, then counters, marks and barriers
}
