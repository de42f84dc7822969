// Package definition reads pipeline definitions as their authors wrote them,
// YAML or JSON, and keeps the position of everything, so that a mistake can be
// shown where it is.
//
// node.go is the positioned tree, yaml.go and json.go read it, pipeline.go
// finds the pipelines and processors in it, error.go says what is wrong with
// one. What the options of a processor mean is not known here: see package
// step.
package definition
