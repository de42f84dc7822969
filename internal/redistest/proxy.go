package redistest

import (
	"context"
	"net"
	"sync"
	"testing"
)

// A Proxy forwards connections to a server and can disturb them. It is safe for
// concurrent use.
type Proxy struct {
	// Addr is the host:port to connect to.
	Addr string

	target   string
	listener net.Listener
	done     sync.WaitGroup

	mu     sync.Mutex // guards what follows
	lose   func(request, reply []byte) bool
	frozen chan struct{} // not nil while nothing is forwarded; closed at the end
	conns  map[net.Conn]struct{}
	closed bool
}

// StartProxy starts a proxy in front of a server.
func StartProxy(t testing.TB, s *Server) *Proxy {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("start proxy: %v", err)
	}
	p := &Proxy{Addr: l.Addr().String(), target: s.Addr, listener: l, conns: map[net.Conn]struct{}{}}
	p.done.Go(p.accept)
	t.Cleanup(p.stop)
	return p
}

func (p *Proxy) stop() {
	_ = p.listener.Close()
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.Thaw()
	p.Cut()
	p.done.Wait()
}

// Lose closes a connection instead of forwarding a reply for which the function
// returns true. It is called with the last bytes each side has sent.
func (p *Proxy) Lose(lose func(request, reply []byte) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose = lose
}

// Freeze stops forwarding without closing anything, until Thaw.
func (p *Proxy) Freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.frozen == nil {
		p.frozen = make(chan struct{})
	}
}

// Thaw ends a Freeze.
func (p *Proxy) Thaw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.frozen != nil {
		close(p.frozen)
		p.frozen = nil
	}
}

// Cut closes all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.done.Go(func() { p.serve(client) })
	}
}

// link is a connection with its continuation to the server.
type link struct {
	*Proxy
	client, server net.Conn

	mu      sync.Mutex // guards what follows
	request []byte
}

func (p *Proxy) serve(client net.Conn) {
	var d net.Dialer
	server, err := d.DialContext(context.Background(), "tcp", p.target)
	if err != nil || !p.register(client, server) {
		_ = client.Close()
		return
	}
	l := &link{Proxy: p, client: client, server: server}
	var both sync.WaitGroup
	both.Go(l.requests)
	both.Go(l.replies)
	both.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, client)
	delete(p.conns, server)
}

func (p *Proxy) register(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.conns[c] = struct{}{}
	}
	return !p.closed
}

func (l *link) close() {
	_ = l.client.Close()
	_ = l.server.Close()
}

func (l *link) requests() {
	l.pump(l.client, l.server, func(b []byte) bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.request = append([]byte(nil), b...)
		return true
	})
}

func (l *link) replies() {
	l.pump(l.server, l.client, func(b []byte) bool {
		l.Proxy.mu.Lock()
		lose := l.lose
		l.Proxy.mu.Unlock()
		l.mu.Lock()
		defer l.mu.Unlock()
		return lose == nil || !lose(l.request, b)
	})
}

// pump forwards until one side ends or the function says no.
func (l *link) pump(from, to net.Conn, ok func([]byte) bool) {
	defer l.close()
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		l.awaitThaw()
		if n > 0 {
			if !ok(buf[:n]) {
				return
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (l *link) awaitThaw() {
	l.Proxy.mu.Lock()
	frozen := l.frozen
	l.Proxy.mu.Unlock()
	if frozen != nil {
		<-frozen
	}
}
