/** ValidateScopes as load: the same calls for the registry and for the servers that it is compared with. */
import { create, toBinary } from "@bufbuild/protobuf";
import { ValidateScopesRequestSchema, ValidateScopesResponseSchema } from "@scope-registry/client/messages";
import type { ProcessUsage } from "../../test/support/process-usage.ts";
import { type LoadGenerator, openLoad } from "../load/load-generator.ts";
import { randomNames } from "./bench-scopes.ts";
import { clientOf } from "./registry-client.ts";
import type { RegistryProcess } from "./registry-process.ts";

/** Sixteen callers with a connection each, two calls at a time: an issuer's processes. */
export const ISSUER_SHAPE = { connections: 16, inFlight: 2 };
const REQUESTS = 2_000;
const PATH = "/scoperegistry.v1.ScopeRegistry/ValidateScopes";

/** The calls of a load. */
export interface ValidateCalls {
  readonly messages: readonly Uint8Array[];
  /** What the registry answers the first of them: what servers answer that do nothing. */
  readonly answer: Uint8Array;
  readonly token: string;
}

/** Makes calls with so many names each, out of so many scopes, and asks the registry for a first answer. */
export async function validateCalls(registry: RegistryProcess, names: number, scopes: number): Promise<ValidateCalls> {
  const token = await registry.token("auth-server", "scope_registry.validate");
  const requests = randomNames(REQUESTS, names, scopes).map((each) =>
    create(ValidateScopesRequestSchema, { scopes: [...each], clientId: "web-shop" }),
  );
  const client = await clientOf(registry, "auth-server", "scope_registry.validate");
  const [first] = requests;
  if (first === undefined) throw new Error("A load has requests");
  const answer = await client.validateScopes(first);
  if (answer.grantedScopes.length !== first.scopes.length) throw new Error("The registry does not grant what it holds");
  return {
    messages: requests.map((each) => toBinary(ValidateScopesRequestSchema, each)),
    answer: toBinary(ValidateScopesResponseSchema, answer),
    token,
  };
}

/** Opens that load on a server. */
export function openValidateLoad(
  address: string,
  { messages, token }: ValidateCalls,
  usage: () => Promise<ProcessUsage>,
): Promise<LoadGenerator> {
  const headers = [{ authorization: `Bearer ${token}` }];
  return openLoad({ address, path: PATH, headers, messages, ...ISSUER_SHAPE }, usage);
}
