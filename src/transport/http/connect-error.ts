import { type Code, ConnectError } from "@connectrpc/connect";
import type { RegistryError } from "../../registry/registry-error.ts";
import { errorDetails, STATUS_CODES, statusOf } from "../error-status.ts";

/** A refusal as Connect, gRPC-Web and gRPC send it from the HTTP port. */
export function connectError(error: RegistryError, requestId: string): ConnectError {
  const code: Code = STATUS_CODES[statusOf(error.reason)];
  return new ConnectError(error.message, code, { "x-request-id": requestId }, [...errorDetails(error)]);
}
