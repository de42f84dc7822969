package step

// Builtin returns the processor types of the distribution.
func Builtin() []Type {
	return []Type{
		{"append", readAppend},
		{"bytes", readBytes},
		{"community_id", readCommunityID},
		{"convert", readConvert},
		{"date", readDate},
		{"dot_expander", readDotExpander},
		{"drop", readDrop},
		{"fail", readFail},
		{"fingerprint", readFingerprint},
		{"foreach", readForEach},
		{"grok", readGrok},
		{"gsub", readGsub},
		{"html_strip", readHTMLStrip},
		{"join", readJoin},
		{"json", readJSON},
		{"lowercase", readLowercase},
		{"network_direction", readNetworkDirection},
		{"pipeline", readPipeline},
		{"registered_domain", readRegisteredDomain},
		{"remove", readRemove},
		{"rename", readRename},
		{"set", readSet},
		{"sort", readSort},
		{"split", readSplit},
		{"terminate", readTerminate},
		{"trim", readTrim},
		{"uppercase", readUppercase},
		{"uri_parts", readURIParts},
		{"urldecode", readURLDecode},
	}
}
