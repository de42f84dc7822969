package document

import (
	"errors"
	"fmt"
	"strconv"
)

// Class is the type of an exception as Elasticsearch's responses spell it.
type Class string

// The exception classes the engine raises.
const (
	IllegalArgument  Class = "illegal_argument_exception"
	IllegalState     Class = "illegal_state_exception"
	NullPointer      Class = "null_pointer_exception"
	ClassCast        Class = "class_cast_exception"
	IndexOutOfBounds Class = "index_out_of_bounds_exception"
	NumberFormat     Class = "number_format_exception"
	FailProcessor    Class = "fail_processor_exception"
	ScriptException  Class = "script_exception"
)

// An Exception is an error of a document: something a processor's on_failure
// can handle. Its text is Elasticsearch's, verbatim.
type Exception struct {
	Class   Class
	Message string
	Cause   error // nil for none
}

func (e *Exception) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Exception) Unwrap() error { return e.Cause }

// ExceptionClass returns the class; see ClassOf.
func (e *Exception) ExceptionClass() Class { return e.Class }

// Throwf returns an Exception with a formatted message.
func Throwf(class Class, format string, args ...any) error {
	return &Exception{Class: class, Message: fmt.Sprintf(format, args...)}
}

// Illegalf returns an illegal_argument_exception.
func Illegalf(format string, args ...any) error {
	return Throwf(IllegalArgument, format, args...)
}

// RootMessage returns the text of the innermost cause of err, which is what
// _ingest.on_failure_message shows (ElasticsearchException.getRootCause).
func RootMessage(err error) string {
	for {
		cause := errors.Unwrap(err)
		if cause == nil {
			return err.Error()
		}
		err = cause
	}
}

// ClassOf returns the exception class of err, the first one in its chain, or
// "exception" for an error that has none.
func ClassOf(err error) Class {
	var e interface{ ExceptionClass() Class }
	if errors.As(err, &e) {
		return e.ExceptionClass()
	}
	return "exception"
}

// A pathError is an Exception whose text is only put together when somebody
// reads it: most are swallowed by ignore_failure or a condition.
type pathError struct {
	fault pathFault
	class string // of the value in the way, for the faults that name it
	elem  string // the path element at fault, or the class wanted
	path  string // the whole path
	size  int    // of the list, for outOfBounds
}

// A pathFault is what is wrong with a path for the document at hand.
type pathFault uint8

const (
	none pathFault = iota
	notPresent
	resolveNull
	resolveObject
	resolveIndex
	notAnInteger
	outOfBounds
	setNullParent
	setObjectParent
	removeNull
	removeObject
	cannotCast
)

func (e *pathError) ExceptionClass() Class { return IllegalArgument }

func (e *pathError) Error() string {
	part := " as part of path [" + e.path + "]"
	switch e.fault {
	case notPresent:
		return "field [" + e.elem + "] not present" + part
	case resolveNull:
		return "cannot resolve [" + e.elem + "] from null" + part
	case resolveObject:
		return "cannot resolve [" + e.elem + "] from object of type [" + e.class + "]" + part
	case resolveIndex:
		return "cannot resolve array index [" + e.elem + "] from object of type [" + e.class + "]" + part
	case notAnInteger:
		return "[" + e.elem + "] is not an integer, cannot be used as an index" + part
	case outOfBounds:
		return "[" + e.elem + "] is out of bounds for array with length [" + strconv.Itoa(e.size) + "]" + part
	case setNullParent:
		return "cannot set [" + e.elem + "] with null parent" + part
	case setObjectParent:
		return "cannot set [" + e.elem + "] with parent object of type [" + e.class + "]" + part
	case removeNull:
		return "cannot remove [" + e.elem + "] from null" + part
	case removeObject:
		return "cannot remove [" + e.elem + "] from object of type [" + e.class + "]" + part
	case cannotCast:
		return "field [" + e.path + "] of type [" + e.class + "] cannot be cast to [" + e.elem + "]"
	case none:
	}
	return "path [" + e.path + "] is not valid"
}

// CannotCast is the error of a field that holds a value of another class than
// the processor takes.
func CannotCast(path string, v Value, want Kind) error {
	return CannotCastTo(path, v, want.Class())
}

// CannotCastTo is CannotCast for a processor that takes any class of an
// interface, such as java.util.List.
func CannotCastTo(path string, v Value, want string) error {
	return &pathError{fault: cannotCast, class: v.kind.Class(), elem: want, path: path}
}
