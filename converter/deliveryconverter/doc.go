// Package deliveryconverter warns when what a receiver acknowledges can be lost
// behind it. A receiver cannot see its pipeline; the configuration as a whole
// shows it, and passes through converters before the collector starts and in
// `validate`.
//
// It changes nothing. docs/decisions/0004-acknowledgement.md has the reasons.
package deliveryconverter
