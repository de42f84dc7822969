// Command tailagent sends the lines of a file to a FlatBuffers receiver as they are
// written, and knows after a restart where it was: an example of package client.
//
//	tailagent -file /var/log/app.log -to localhost:4319 -insecure
//
// A line is delivered at least once. The position is kept beside the file, in
// <file>.position, and moves on when everything before it has an answer. A file that
// is truncated, or replaced by another of its name, is read from its beginning; what
// was written to the old one after its last line was read is not.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/client"
)

func main() {
	log.SetFlags(0)
	file := flag.String("file", "", "the file whose lines are sent")
	to := flag.String("to", "localhost:4319", "host:port of the receiver")
	plain := flag.Bool("insecure", false, "without TLS")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *file, *to, *plain)
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

// pollInterval is how often the file is looked at when there is nothing to read.
const pollInterval = 250 * time.Millisecond

func run(ctx context.Context, file, to string, plain bool) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	transport := credentials.NewTLS(nil)
	if plain {
		transport = insecure.NewCredentials()
	}
	c, err := client.New(to, client.Settings{
		DialOptions: []grpc.DialOption{grpc.WithTransportCredentials(transport)},
		Resource: flatbuffers.Resource{Attributes: []flatbuffers.Attribute{
			{Key: "host.name", Value: flatbuffers.Text(host)},
			{Key: "log.file.path", Value: flatbuffers.Text(file)},
		}},
		Scope:     flatbuffers.Scope{Name: "tailagent"},
		OnDropped: func(d client.Dropped) { log.Printf("%d lines not delivered: %s", d.Records, d.Ack.Message) },
		OnError:   func(err error) { log.Print(err) },
	})
	if err != nil {
		return err
	}
	t := &tail{path: file, client: c}
	err = t.follow(ctx, pollInterval)
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return errors.Join(err, c.Close(closing))
}
