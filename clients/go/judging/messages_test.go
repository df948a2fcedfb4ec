package judging_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/scope-registry/scope-registry/clients/go/judging"
)

func readMessage[M proto.Message](t *testing.T, text []byte, message M) M {
	t.Helper()
	if err := protojson.Unmarshal(text, message); err != nil {
		t.Fatal(err)
	}
	return message
}

func asText(t *testing.T, value any) string {
	t.Helper()
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func fieldsOf(violations []judging.Violation) []string {
	fields := make([]string, len(violations))
	for at, violation := range violations {
		fields[at] = violation.Field
	}
	return fields
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
