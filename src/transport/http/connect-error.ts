import { type Code, ConnectError } from "@connectrpc/connect";
import type { RegistryError } from "../../registry/registry-error.ts";
import { errorDetails, STATUS_CODES, statusOf } from "../error-status.ts";
import { bearerChallenge } from "./bearer-challenge.ts";

/** A refusal as Connect, gRPC-Web and gRPC send it from the HTTP port. */
export function connectError(error: RegistryError): ConnectError {
  const code: Code = STATUS_CODES[statusOf(error.reason)];
  const challenge = bearerChallenge(error);
  const headers = challenge === undefined ? undefined : { "www-authenticate": challenge };
  return new ConnectError(error.message, code, headers, [...errorDetails(error)]);
}
