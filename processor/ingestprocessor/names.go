package ingestprocessor

// maxNames bounds the names a translator remembers: with keys from the data
// (kv, json) there is no end to them.
const maxNames = 4096

// names remembers the dotted names of nested fields, so that the same field of
// the next record needs no new string.
type names struct {
	root name
	size int
}

// A name is an object or a field by its dotted name.
type name struct {
	full     string
	children map[string]*name
}

// child returns the name of a key in the object n.
func (ns *names) child(n *name, key string) *name {
	if c, ok := n.children[key]; ok {
		return c
	}
	c := &name{full: key}
	if n != &ns.root {
		c.full = n.full + "." + key
	}
	if ns.size < maxNames {
		if n.children == nil {
			n.children = make(map[string]*name)
		}
		n.children[key] = c
		ns.size++
	}
	return c
}
