import { toJson } from "@bufbuild/protobuf";
import { type IntrospectResponse, IntrospectResponseSchema } from "../gen/scoperegistry/v1/scope_registry_pb.ts";
import { TokenRefusedError } from "../tokens/token-errors.ts";
import type { AccessToken, SenderBinding } from "./access-token.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { DPOP_BOUND, readSenderBinding } from "./sender-binding.ts";
import { readScopes } from "./token-claims.ts";

/**
 * Reads what the registry says of an active token.
 *
 * @throws {TokenRefusedError} if the token's client is not told, or its binding cannot be checked
 */
export function readIntrospectedToken(answer: IntrospectResponse): AccessToken {
  if (answer.clientId === "") throw new TokenRefusedError("The token's issuer does not tell its client: ask it to");
  const expiresAt = Number(answer.exp);
  return deepFreeze({
    clientId: answer.clientId,
    subject: answer.sub === "" ? undefined : answer.sub,
    scopes: readScopes("scope", answer.scope),
    ...(expiresAt === 0 ? {} : { expiresAt }),
    issuer: answer.iss,
    audience: [...answer.aud],
    claims: claimsOf(answer),
  });
}

/** Reads how an active token is bound to its sender. @throws {TokenRefusedError} if that cannot be checked */
export function readIntrospectedBinding({ cnf, tokenType }: IntrospectResponse): SenderBinding | undefined {
  if (tokenType.toLowerCase() === "dpop") throw new TokenRefusedError(DPOP_BOUND);
  if (cnf === undefined) return undefined;
  const { jkt, x5tS256 } = cnf;
  return readSenderBinding({
    ...(jkt === "" ? {} : { jkt }),
    ...(x5tS256 === "" ? {} : { "x5t#S256": x5tS256 }),
  });
}

/** The members of RFC 7662 §2.2 that the registry tells; times are numbers, as in a JWT. */
function claimsOf(answer: IntrospectResponse): Readonly<Record<string, unknown>> {
  const claims = toJson(IntrospectResponseSchema, answer, { useProtoFieldName: true }) as Record<string, unknown>;
  for (const name of ["exp", "iat", "nbf", "revision"]) {
    if (claims[name] !== undefined) claims[name] = Number(claims[name]);
  }
  return claims;
}
