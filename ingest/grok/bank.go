package grok

import (
	"embed"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
)

// A Bank is a set of named definitions.
type Bank uint8

const (
	// Legacy is the bank of ecs_compatibility: disabled, the default.
	Legacy Bank = iota
	// ECSv1 is the bank of ecs_compatibility: v1, whose fields have the names of
	// the Elastic Common Schema.
	ECSv1
)

// Definitions are in files of lines "NAME definition": those both banks have
// in base, the others in a folder for each bank.
//
//go:embed patterns
var patternFiles embed.FS

var (
	legacyBank = sync.OnceValue(func() map[string]string { return load("base", "legacy") })
	ecsBank    = sync.OnceValue(func() map[string]string { return load("base", "ecs-v1") })
)

// definitions returns the bank's definitions by name. They must not be changed.
func (b Bank) definitions() map[string]string {
	if b == ECSv1 {
		return ecsBank()
	}
	return legacyBank()
}

// Definitions returns a copy of the bank's definitions by name.
func (b Bank) Definitions() map[string]string { return maps.Clone(b.definitions()) }

// Names returns the names of the bank's definitions, sorted.
func (b Bank) Names() []string { return slices.Sorted(maps.Keys(b.definitions())) }

func load(folders ...string) map[string]string {
	out := map[string]string{}
	for _, folder := range folders {
		files, err := fs.Glob(patternFiles, "patterns/"+folder+"/*")
		if err != nil {
			panic(err) // the pattern is a constant
		}
		for _, file := range files {
			data, err := patternFiles.ReadFile(file)
			if err != nil {
				panic(err) // Glob has just listed it
			}
			read(string(data), out)
		}
	}
	return out
}

// read adds the definitions of a file. A definition ends with its line; blanks
// at its end belong to it.
func read(text string, to map[string]string) {
	for line := range strings.Lines(text) {
		name, definition, found := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if found && !strings.HasPrefix(name, "#") {
			to[name] = definition
		}
	}
}
