package flatbuffers

import (
	"fmt"
	"math"
)

// Limits bound what a message may be. Objects in a message may be shared, so that
// a small one can stand for a large tree: the limits are of the tree.
type Limits struct {
	// Depth is how deeply the values of a record may nest; an attribute's own value
	// is 1 deep. At most MaxDepth.
	Depth int
	// Values is the number of values of a record: attributes, entries and items,
	// and those inside of them.
	Values int
	// Records is the number of records of a message.
	Records int
	// Memory is about what the whole takes in memory: texts, bytes, and an overhead
	// for each record and value. At most MaxMemory.
	Memory int
}

// The largest Depth and Memory that make sense.
const (
	MaxDepth  = 64
	MaxMemory = 512 << 20
)

// DefaultLimits are far beyond what a logging agent sends.
func DefaultLimits() Limits {
	return Limits{Depth: 32, Values: 1024, Records: 100_000, Memory: 128 << 20}
}

// MaxLimits are the limits of messages that others have accepted: only what would
// exhaust stack or memory is refused.
func MaxLimits() Limits {
	return Limits{Depth: MaxDepth, Values: math.MaxInt, Records: math.MaxInt, Memory: MaxMemory}
}

// What a record and a value cost beside their texts, about: the structures of pdata
// that they become.
const (
	recordMemory = 320
	valueMemory  = 96
)

// An Error says why a message is refused: it is corrupt or beyond a limit.
type Error struct {
	Table, Field string // where; Field is "" for the table as such
	At           int    // in bytes from the start of the message
	Problem      string
}

func (e *Error) Error() string {
	where := e.Table
	if e.Field != "" {
		where += "." + e.Field
	}
	return fmt.Sprintf("%s at byte %d: %s", where, e.At, e.Problem)
}

// A Rejection is a record that is left out of its batch.
type Rejection struct {
	Record int // its position in the batch
	Reason string
}
