// Package redisstreamsreceiver consumes telemetry from Redis Streams as a member
// of a consumer group, and acknowledges an entry once the next consumer has
// accepted it.
//
// An entry moves through read.go, deliver.go (which decodes with decode.go) and
// settle.go, in that order. recover.go reads what was left behind, deadletter.go
// takes what cannot be processed, and group.go has the commands of Redis.
// receiver.go starts and stops the stages. README.md states the delivery
// guarantees.
package redisstreamsreceiver

//go:generate go tool mdatagen metadata.yaml
