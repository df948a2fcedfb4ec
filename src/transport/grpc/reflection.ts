import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_any,
  file_google_protobuf_duration,
} from "@bufbuild/protobuf/wkt";
import type { handleBidiStreamingCall, MethodDefinition, Server, ServerDuplexStream } from "@grpc/grpc-js";
import { file_google_rpc_error_details, file_google_rpc_status } from "@scope-registry/client/messages";
import { service as healthService } from "grpc-health-check";

/** The contract with its comments, which the generated code has not. */
const CONTRACT = new URL("./gen/scoperegistry.binpb", import.meta.url);

/** The one method of a version of reflection. */
interface ReflectionMethod {
  readonly definition: MethodDefinition<object, object>;
  readonly handle: handleBidiStreamingCall<object, object>;
}

/**
 * Serves gRPC server reflection (v1 and v1alpha): the contract with its comments, the types of error details, so that
 * clients print them readable, and the health service. All of it is made when somebody first asks, which few ever do: it
 * takes as much CPU as a sixth of the server's start.
 */
export function addReflection(server: Server): void {
  let methods: ReadonlyMap<string, ReflectionMethod> | undefined;
  const methodAt = (path: string): ReflectionMethod => {
    methods ??= makeReflection();
    const method = methods.get(path);
    if (method === undefined) throw new Error(`@grpc/reflection serves no ${path}: adapt this file to its version`);
    return method;
  };
  for (const version of ["v1", "v1alpha"]) {
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    server.register<object, object>(
      path,
      (call: ServerDuplexStream<object, object>) => methodAt(path).handle(call),
      (message) => methodAt(path).definition.responseSerialize(message),
      (bytes) => methodAt(path).definition.requestDeserialize(bytes),
      "bidi",
    );
  }
}

/** The methods of both versions, by path. The library is required, not imported: grpc-js cannot wait in the middle of a call. */
function makeReflection(): ReadonlyMap<string, ReflectionMethod> {
  const { ReflectionService } = createRequire(import.meta.url)("@grpc/reflection") as typeof import("@grpc/reflection");
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
  const methods = new Map<string, ReflectionMethod>();
  const recorder: Pick<Server, "addService"> = {
    addService(service, implementation) {
      for (const [name, definition] of Object.entries(service)) {
        methods.set(definition.path, { definition, handle: implementation[name] as ReflectionMethod["handle"] });
      }
    },
  };
  new ReflectionService(definitions as ConstructorParameters<typeof ReflectionService>[0]).addToServer(
    recorder as Server,
  );
  return methods;
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
