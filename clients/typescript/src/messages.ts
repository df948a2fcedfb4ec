/** The generated messages and services of `scoperegistry.v1`, and the error details that its errors carry. */
export * from "./gen/google/rpc/error_details_pb.ts";
export * from "./gen/google/rpc/status_pb.ts";
export * from "./gen/scoperegistry/v1/error_reason_pb.ts";
export * from "./gen/scoperegistry/v1/registry_admin_pb.ts";
export * from "./gen/scoperegistry/v1/scope_pb.ts";
export * from "./gen/scoperegistry/v1/scope_registry_pb.ts";
