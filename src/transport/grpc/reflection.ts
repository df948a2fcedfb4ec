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
import { file_google_rpc_error_details, file_google_rpc_status } from "@scope-registry/client/messages";
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
    ...Object.values(healthService).flatMap(({ requestType }) => requestType.fileDescriptorProtos.map(readLoaded)),
  ];
  // The library wants what a proto loader makes: for each type, the files that it comes with.
  const definitions = { contract: { format: "", type: {}, fileDescriptorProtos: files.map(encode) } };
  new ReflectionService(definitions as ConstructorParameters<typeof ReflectionService>[0]).addToServer(server);
}

/**
 * Reads a file that the proto loader made. It calls a map's entry `Statuses` where protoc says `StatusesEntry`, which makes
 * the whole file invalid for strict clients: grpcurl could not call Health at all.
 */
function readLoaded(bytes: Uint8Array): FileDescriptorProto {
  const file = fromBinary(FileDescriptorProtoSchema, bytes);
  for (const message of file.messageType) {
    for (const entry of message.nestedType) {
      if (entry.options?.mapEntry !== true) continue;
      const field = message.field.find(({ typeName }) => typeName === entry.name);
      entry.name += "Entry";
      if (field !== undefined) field.typeName = entry.name;
    }
  }
  return file;
}

function encode(file: FileDescriptorProto): Buffer {
  return Buffer.from(toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, file)));
}
