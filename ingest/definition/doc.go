// Package definition reads pipeline definitions as their authors wrote them,
// YAML or JSON, and keeps the position of everything, so that a mistake can be
// shown where it is.
//
// node.go is the positioned tree, yaml.go and json.go read it, pipeline.go
// finds the pipelines and processors in it, error.go says what is wrong with
// one. What the options of a processor mean is not known here: see package
// step.
//
// Elasticsearch reads YAML by the rules of YAML 1.1, but hardly any pipeline
// reaches it as YAML: elastic-package and Kibana send JSON, in which yes, no, on
// and off are strings. Here they are, too, except where a boolean is asked for.
// Keys that repeat are mistakes, as they are to Elasticsearch.
package definition
