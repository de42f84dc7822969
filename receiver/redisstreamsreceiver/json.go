package redisstreamsreceiver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// setJSONBody makes what the payload says the body. Whole numbers that fit are
// integers, others doubles.
func setJSONBody(body pcommon.Value, payload string) error {
	decoder := json.NewDecoder(bytes.NewReader(readOnlyBytes(payload)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return fmt.Errorf("decode JSON payload: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("decode JSON payload: more than one value")
	}
	return setJSON(body, value)
}

func setJSON(v pcommon.Value, value any) error {
	switch value := value.(type) {
	case json.Number:
		if n, err := value.Int64(); err == nil {
			v.SetInt(n)
			return nil
		}
		f, err := value.Float64()
		v.SetDouble(f)
		return err
	case map[string]any:
		m := v.SetEmptyMap()
		for k, item := range value {
			if err := setJSON(m.PutEmpty(k), item); err != nil {
				return err
			}
		}
		return nil
	case []any:
		s := v.SetEmptySlice()
		for _, item := range value {
			if err := setJSON(s.AppendEmpty(), item); err != nil {
				return err
			}
		}
		return nil
	default:
		return v.FromRaw(value)
	}
}
