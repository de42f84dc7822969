package ports

import (
	"bufio"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

// States of a socket in /proc/net/tcp and udp that can take something from anyone:
// listening, and bound but not connected (RFC 793's CLOSE, as the kernel has it).
const (
	tcpListen      = "0A"
	udpUnconnected = "07"
)

// Listening returns the ports that this process listens on. Where there is no
// /proc, it returns none.
func Listening() []Port { return listening(os.DirFS("/proc/self")) }

func listening(proc fs.FS) []Port {
	own := ownSockets(proc)
	var ports []Port
	for _, table := range []struct{ file, protocol, state string }{
		{"net/tcp", "tcp", tcpListen},
		{"net/tcp6", "tcp", tcpListen},
		{"net/udp", "udp", udpUnconnected},
		{"net/udp6", "udp", udpUnconnected},
	} {
		for _, n := range readTable(proc, table.file, table.state, own) {
			if p := (Port{table.protocol, n}); !slices.Contains(ports, p) {
				ports = append(ports, p)
			}
		}
	}
	return ports
}

// ownSockets returns the inodes of the process's sockets.
func ownSockets(proc fs.FS) map[string]bool {
	own := map[string]bool{}
	entries, err := fs.ReadDir(proc, "fd")
	if err != nil {
		return own
	}
	for _, e := range entries {
		link, err := fs.ReadLink(proc, "fd/"+e.Name())
		if err != nil {
			continue // closed meanwhile
		}
		if inode, ok := strings.CutPrefix(link, "socket:["); ok {
			own[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return own
}

// readTable returns the local ports of own sockets in a state. A line is
// sl local rem st tx:rx tr:when retrnsmt uid timeout inode …
func readTable(proc fs.FS, file, state string, own map[string]bool) []uint16 {
	f, err := proc.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close() //nolint:errcheck // read only
	var ports []uint16
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 10 || fields[3] != state || !own[fields[9]] {
			continue
		}
		_, port, _ := strings.Cut(fields[1], ":")
		if n, err := strconv.ParseUint(port, 16, 16); err == nil {
			ports = append(ports, uint16(n))
		}
	}
	return ports
}
