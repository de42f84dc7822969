package step

// Builtin returns the processor types of the distribution.
func Builtin() []Type {
	return []Type{
		{"remove", readRemove},
		{"rename", readRename},
		{"set", readSet},
	}
}
