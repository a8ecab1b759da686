package main

import "github.com/golang/protobuf/proto"

// raw passes messages on as the bytes they are.
type raw struct{}

func (raw) Marshal(v interface{}) ([]byte, error) { return *v.(*[]byte), nil }
func (raw) Unmarshal(data []byte, v interface{}) error {
	*v.(*[]byte) = append([]byte(nil), data...)
	return nil
}
func (raw) String() string { return "proto" }

// writer puts a message together.
type writer struct{ proto.Buffer }

func (w *writer) number(field, value uint64) *writer {
	if value != 0 {
		_ = w.EncodeVarint(field << 3)
		_ = w.EncodeVarint(value)
	}
	return w
}

func (w *writer) message(field uint64, encoded []byte) *writer {
	_ = w.EncodeVarint(field<<3 | proto.WireBytes)
	_ = w.EncodeRawBytes(encoded)
	return w
}

func (w *writer) text(field uint64, value string) *writer {
	if value == "" {
		return w
	}
	return w.message(field, []byte(value))
}

func (w *writer) double(field, bits uint64) *writer {
	_ = w.EncodeVarint(field<<3 | proto.WireFixed64)
	_ = w.EncodeFixed64(bits)
	return w
}

// read finds the fields of a message that are numbers or bytes.
func read(data []byte) (numbers map[uint64]uint64, bytes map[uint64][][]byte) {
	numbers, bytes = map[uint64]uint64{}, map[uint64][][]byte{}
	buffer := proto.NewBuffer(data)
	for {
		tag, err := buffer.DecodeVarint()
		if err != nil {
			return
		}
		if tag&7 == proto.WireBytes {
			value, _ := buffer.DecodeRawBytes(true)
			bytes[tag>>3] = append(bytes[tag>>3], value)
		} else {
			numbers[tag>>3], _ = buffer.DecodeVarint()
		}
	}
}

func first(values [][]byte) string {
	if len(values) == 0 {
		return ""
	}
	return string(values[0])
}
