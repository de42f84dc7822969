package regex

import (
	"errors"
	"fmt"
)

// ErrBudget is the error of a match that was given up because it took too many
// steps or too much memory.
var ErrBudget = errors.New("regular expression match exceeds its budget")

// A SyntaxError says what is wrong with an expression. Message is what Joni or
// java.util.regex would say, without the position.
type SyntaxError struct {
	Expr    string
	Message string
	Offset  int // in bytes

	java bool
}

// Error returns the text as the dialect's own engine words it: Java's with the
// position, Joni's without.
func (e *SyntaxError) Error() string {
	if e.java && e.Offset >= 0 {
		return fmt.Sprintf("%s near index %d", e.Message, e.Offset)
	}
	return e.Message
}
