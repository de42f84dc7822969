// Package ports finds the ports that receivers of this collector listen on: in the
// configuration (config.go), and where that does not say, among the process's own
// sockets (sockets.go).
package ports
