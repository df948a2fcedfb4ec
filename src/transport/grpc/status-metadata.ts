import { create, toBinary } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import { Metadata, type StatusObject } from "@grpc/grpc-js";
import { StatusSchema } from "@scope-registry/client/messages";
import type { RegistryError } from "../../registry/registry-error.ts";
import { errorDetails, STATUS_CODES, statusOf } from "../error-status.ts";

/** A refusal as gRPC sends it: code, message, and the details in `grpc-status-details-bin` (google.rpc.Status). */
export function grpcStatus(error: RegistryError, requestId: string): StatusObject {
  const code = STATUS_CODES[statusOf(error.reason)];
  const status = create(StatusSchema, {
    code,
    message: error.message,
    details: errorDetails(error).map(({ desc, value }) => anyPack(desc, create(desc, value))),
  });
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(toBinary(StatusSchema, status)));
  metadata.set("x-request-id", requestId);
  return { code, details: error.message, metadata };
}
