/** Registrations as load: what resource servers of ten scopes each send when they start. */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { ScopeRecord } from "@scope-registry/client/judging";
import {
  RegisterScopesRequestSchema,
  RegisterScopesResponseSchema,
  RegistrationOutcome,
} from "@scope-registry/client/messages";
import { benchScope } from "./bench-scopes.ts";
import { clientOf } from "./registry-client.ts";
import type { RegistryProcess } from "./registry-process.ts";

/** How many scopes one registration has. */
export const SCOPES_PER_REGISTRATION = 10;

/** The path of the call. */
export const REGISTER_PATH = "/scoperegistry.v1.ScopeRegistry/RegisterScopes";

/** Who makes a registration, of so many resource servers that take turns. */
export function ownerName(registration: number, owners: number): string {
  return `service-${registration % owners}-of-${owners}`;
}

/** The scopes of a registration, whose names no other registration has. */
export function registeredScopes(registration: number, owners: number): readonly ScopeRecord[] {
  const owner = ownerName(registration, owners);
  return Array.from({ length: SCOPES_PER_REGISTRATION }, (_, at) => ({
    ...benchScope(at),
    name: `${owner}:${registration}-${at}:read`,
    owner,
    resources: [`https://${owner}.example.com/`],
  }));
}

/** The first so many registrations as messages. */
export function registrationMessages(count: number, owners: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, at) => {
    const scopes = registeredScopes(at, owners).map(({ name, description, resources }) => ({
      name,
      description,
      resources: [...resources],
    }));
    return toBinary(RegisterScopesRequestSchema, create(RegisterScopesRequestSchema, { scopes }));
  });
}

/**
 * What the registry answers the first of so many registrations, which has been made before.
 *
 * @throws {Error} if it finds anything to change
 */
export async function repeatedAnswer(registry: RegistryProcess, owners: number): Promise<Uint8Array> {
  const client = await clientOf(registry, ownerName(0, owners), "scope_registry.register");
  const [message = new Uint8Array()] = registrationMessages(1, owners);
  const answer = await client.registerScopes(fromBinary(RegisterScopesRequestSchema, message));
  if (answer.results.some(({ outcome }) => outcome !== RegistrationOutcome.UNCHANGED)) {
    throw new Error("A registration that was made before has changed something");
  }
  return toBinary(RegisterScopesResponseSchema, answer);
}

/** The headers of so many registrations, each with a token of its own of the resource server whose turn it is. */
export function registrationHeaders(
  registry: RegistryProcess,
  count: number,
  owners: number,
): Promise<readonly { readonly authorization: string }[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => ({
      authorization: `Bearer ${await registry.token(ownerName(at, owners), "scope_registry.register")}`,
    })),
  );
}
