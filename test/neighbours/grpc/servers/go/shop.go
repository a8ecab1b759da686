// Products and orders, served by grpc-go. Messages are read and written field by field: no generated code of ours.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/golang/protobuf/ptypes/any"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
)

const (
	placed    = 1
	cancelled = 6
	placedAt  = 1790000000
)

func timestamp() []byte { return new(writer).number(1, placedAt).Bytes() }

func money(amount int) []byte { return new(writer).number(1, uint64(amount)).text(2, "EUR").Bytes() }

func product(id string) []byte {
	size := 1
	if parts := strings.Split(id, "-"); parts[0] == "large" {
		size, _ = strconv.Atoi(parts[1])
	}
	return new(writer).text(1, id).text(2, "Größe "+id+" ✓").text(3, strings.Repeat("lorem ipsum ", 20*size)).
		text(4, "books").message(5, money(100+len(id))).number(6, 3).double(7, 0x4012000000000000).Bytes()
}

func order(id string, state uint64, lines [][]byte, reservation string) []byte {
	w := new(writer).text(1, id).text(2, "u1").number(3, state).message(4, money(1000+len(id))).message(5, timestamp())
	for _, line := range lines {
		w.message(6, line)
	}
	return w.text(7, reservation).Bytes()
}

func unary(name string, run func(ctx context.Context, request []byte) ([]byte, error)) grpc.MethodDesc {
	return grpc.MethodDesc{MethodName: name, Handler: func(_ interface{}, ctx context.Context, decode func(interface{}) error, _ grpc.UnaryServerInterceptor) (interface{}, error) {
		var request []byte
		if err := decode(&request); err != nil {
			return nil, err
		}
		answer, err := run(ctx, request)
		return &answer, err
	}}
}

// The ids say what it does: status-5, details-20, sleep-300; all else is an order.
func batchGetOrders(_ context.Context, request []byte) ([]byte, error) {
	_, found := read(request)
	parts := strings.SplitN(first(found[1]), "-", 2)
	if len(parts) == 2 {
		value, _ := strconv.Atoi(parts[1])
		switch {
		case parts[0] == "status" && value != 0:
			return nil, status.Errorf(codes.Code(value), "Größe № %d: 100 %%, 日本 ✓", value)
		case parts[0] == "details":
			info := new(writer).text(1, strings.Repeat("R", value)).text(2, "shop").Bytes()
			detail := &any.Any{TypeUrl: "type.googleapis.com/google.rpc.ErrorInfo", Value: info}
			return nil, status.ErrorProto(&spb.Status{
				Code:    int32(codes.FailedPrecondition),
				Message: "with details",
				Details: []*any.Any{detail},
			})
		case parts[0] == "sleep":
			time.Sleep(time.Duration(value) * time.Millisecond)
		}
	}
	w := new(writer)
	for _, id := range found[1] {
		w.message(1, order(string(id), placed, nil, ""))
	}
	return w.Bytes(), nil
}

// The id says what it does: late-2500 answers first after 2.5 s, quiet goes silent after the first move.
func watchOrder(_ interface{}, stream grpc.ServerStream) error {
	var request []byte
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	_, found := read(request)
	id := first(found[1])
	if parts := strings.Split(id, "-"); parts[0] == "late" {
		ms, _ := strconv.Atoi(parts[1])
		time.Sleep(time.Duration(ms) * time.Millisecond)
	}
	move := new(writer).number(1, 1).text(2, id).number(3, placed).message(4, timestamp()).Bytes()
	if err := stream.SendMsg(&move); err != nil || id != "quiet" {
		return err
	}
	<-stream.Context().Done()
	return stream.Context().Err()
}

func services(w *work) []*grpc.ServiceDesc {
	simple := func(run func(numbers map[uint64]uint64, found map[uint64][][]byte) []byte) func(context.Context, []byte) ([]byte, error) {
		return func(_ context.Context, request []byte) ([]byte, error) {
			numbers, found := read(request)
			return run(numbers, found), nil
		}
	}
	products := []grpc.MethodDesc{
		unary("BatchGetProducts", simple(func(_ map[uint64]uint64, found map[uint64][][]byte) []byte {
			answer := new(writer)
			for _, id := range found[1] {
				answer.message(1, product(string(id)))
			}
			return answer.Bytes()
		})),
		unary("ReserveStock", simple(func(_ map[uint64]uint64, found map[uint64][][]byte) []byte {
			w.run("ReserveStock", first(found[1]), true)
			return new(writer).message(1, timestamp()).Bytes()
		})),
	}
	orders := []grpc.MethodDesc{
		unary("BatchGetOrders", batchGetOrders),
		unary("ListRecentOrders", simple(func(numbers map[uint64]uint64, _ map[uint64][][]byte) []byte {
			answer := new(writer)
			for index := uint64(0); index < numbers[1]; index++ {
				answer.message(1, order(fmt.Sprintf("o%d", index), placed, nil, ""))
			}
			return answer.Bytes()
		})),
		unary("PlaceOrder", simple(func(_ map[uint64]uint64, found map[uint64][][]byte) []byte {
			id := first(found[1])
			w.run("PlaceOrder", id, true)
			return new(writer).message(1, order("o-"+id, placed, found[2], first(found[3]))).Bytes()
		})),
		unary("CancelOrder", simple(func(_ map[uint64]uint64, found map[uint64][][]byte) []byte {
			id := first(found[1])
			w.run("CancelOrder", id, false)
			return new(writer).message(1, order(id, cancelled, nil, "")).Bytes()
		})),
	}
	watch := grpc.StreamDesc{StreamName: "WatchOrder", Handler: watchOrder, ServerStreams: true}
	return []*grpc.ServiceDesc{
		{ServiceName: "shop.products.v1.ProductsService", HandlerType: (*interface{})(nil), Methods: products},
		{ServiceName: "shop.orders.v1.OrdersService", HandlerType: (*interface{})(nil), Methods: orders, Streams: []grpc.StreamDesc{watch}},
	}
}

func main() {
	port := flag.Int("port", 0, "0 for a free one")
	path := flag.String("work", "", "file with the work that was begun and done")
	name := flag.String("name", "grpc-go", "of this server in the work file")
	ageMs := flag.Int("max-connection-age-ms", 0, "")
	graceMs := flag.Int("max-connection-age-grace-ms", 0, "")
	pingMs := flag.Int("min-ping-interval-ms", 0, "pings sooner than that are strikes")
	flag.Parse()
	options := []grpc.ServerOption{grpc.CustomCodec(raw{})}
	if *ageMs > 0 {
		options = append(options, grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionAge:      time.Duration(*ageMs) * time.Millisecond,
			MaxConnectionAgeGrace: time.Duration(*graceMs) * time.Millisecond,
		}))
	}
	if *pingMs > 0 {
		policy := keepalive.EnforcementPolicy{MinTime: time.Duration(*pingMs) * time.Millisecond}
		options = append(options, grpc.KeepaliveEnforcementPolicy(policy))
	}
	server := grpc.NewServer(options...)
	for _, service := range services(openWork(*path, *name)) {
		server.RegisterService(service, struct{}{})
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		panic(err)
	}
	fmt.Printf("listening %d grpc-go %s\n", listener.Addr().(*net.TCPAddr).Port, grpc.Version)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}()
	if err := server.Serve(listener); err != nil {
		panic(err)
	}
}
