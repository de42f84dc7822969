// Package policy is what an operator says about traffic: which, how much, and
// what happens to the rest. It is pure data: no kernel, no interfaces.
//
// policy.go has the settings, validate.go what must hold between them and between
// policies, rate.go how rates are written.
package policy
