// Package pdatalayout tells whether types of pdata are still laid out as the code that reads
// or writes them in memory expects (decisions 0008 and 0011).
package pdatalayout

import "reflect"

// Same reports whether theirs has the layout of ours: kinds, sizes and offsets, field by
// field, through pointers and slices. An unsafe.Pointer of ours is any pointer of theirs,
// and a struct of theirs around one field is that field.
func Same(theirs, ours reflect.Type) bool {
	if theirs.Kind() != ours.Kind() && ours.Kind() != reflect.UnsafePointer {
		return theirs.Kind() == reflect.Struct && theirs.NumField() == 1 && theirs.Size() == ours.Size() && Same(theirs.Field(0).Type, ours)
	}
	switch ours.Kind() {
	case reflect.UnsafePointer:
		return theirs.Kind() == reflect.Pointer
	case reflect.Pointer, reflect.Slice:
		return Same(theirs.Elem(), ours.Elem())
	case reflect.Struct:
		if theirs.NumField() != ours.NumField() || theirs.Size() != ours.Size() {
			return false
		}
		for i := range ours.NumField() {
			if theirs.Field(i).Offset != ours.Field(i).Offset || !Same(theirs.Field(i).Type, ours.Field(i).Type) {
				return false
			}
		}
		return true
	default:
		return true // of one kind
	}
}
