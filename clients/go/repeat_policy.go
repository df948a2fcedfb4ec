package scoperegistry

import (
	"encoding/json"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

// repeatPolicy is the service config that has grpc repeat calls while the registry is UNAVAILABLE: those that are answered once
// and of which the contract says that they can be (`idempotency_level`).
func repeatPolicy() string {
	type name struct {
		Service string `json:"service"`
		Method  string `json:"method"`
	}
	var names []name
	for _, file := range []protoreflect.FileDescriptor{
		scoperegistryv1.File_scoperegistry_v1_scope_registry_proto, scoperegistryv1.File_scoperegistry_v1_registry_admin_proto,
	} {
		service := file.Services().Get(0)
		for at := range service.Methods().Len() {
			method := service.Methods().Get(at)
			level := method.Options().(*descriptorpb.MethodOptions).GetIdempotencyLevel()
			if level != descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN && !method.IsStreamingServer() {
				names = append(names, name{string(service.FullName()), string(method.Name())})
			}
		}
	}
	config, err := json.Marshal(map[string]any{"methodConfig": []any{map[string]any{
		"name": names,
		"retryPolicy": map[string]any{
			"maxAttempts":          4,
			"initialBackoff":       "0.1s",
			"maxBackoff":           "2s",
			"backoffMultiplier":    2,
			"retryableStatusCodes": []string{"UNAVAILABLE"},
		},
	}}})
	if err != nil {
		panic(err)
	}
	return string(config)
}
