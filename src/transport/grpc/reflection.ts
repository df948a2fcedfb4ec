import { readFileSync } from "node:fs";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_any,
  file_google_protobuf_duration,
} from "@bufbuild/protobuf/wkt";
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { file_google_rpc_error_details, file_google_rpc_status } from "@scope-registry/client";
import { service as healthService } from "grpc-health-check";

/** The contract with its comments, which the generated code has not. */
const CONTRACT = new URL("./gen/scoperegistry.binpb", import.meta.url);

/**
 * Serves gRPC server reflection (v1 and v1alpha): the contract with its comments, the types of error details, so that
 * clients print them readable, and the health service.
 */
export function addReflection(server: Server): void {
  const files = [
    ...fromBinary(FileDescriptorSetSchema, readFileSync(CONTRACT)).file,
    file_google_protobuf_any.proto,
    file_google_protobuf_duration.proto,
    file_google_rpc_status.proto,
    file_google_rpc_error_details.proto,
  ];
  // The library wants what a proto loader makes: for each type, the files that it comes with.
  const contract = { format: "", type: {}, fileDescriptorProtos: files.map(encode) };
  const health = Object.values(healthService).map(({ requestType }) => requestType);
  const definitions = Object.fromEntries([contract, ...health].map((type, at) => [String(at), type]));
  new ReflectionService(definitions as ConstructorParameters<typeof ReflectionService>[0]).addToServer(server);
}

function encode(file: FileDescriptorProto): Buffer {
  return Buffer.from(toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, file)));
}
