package painless

// abstractClass is one of the superclasses of Java's collections, which scripts ask
// for with instanceof.
func abstractClass(name string, extends ...string) classSpec {
	return classSpec{name: "Abstract" + name, java: "java.util.Abstract" + name, open: true, extends: extends}
}
