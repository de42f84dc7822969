package step

// Builtin returns the processor types of the distribution.
func Builtin() []Type {
	return []Type{
		{"append", readAppend},
		{"convert", readConvert},
		{"date", readDate},
		{"drop", readDrop},
		{"fail", readFail},
		{"join", readJoin},
		{"json", readJSON},
		{"lowercase", readLowercase},
		{"pipeline", readPipeline},
		{"remove", readRemove},
		{"rename", readRename},
		{"set", readSet},
		{"terminate", readTerminate},
		{"trim", readTrim},
		{"uppercase", readUppercase},
	}
}
