import type { IntrospectResponse } from "@scope-registry/client/messages";

/**
 * What Introspect has answered as RFC 7662 §2.2 has it. What is not known of a token is left out, but for `scope`: that a token has
 * none that the caller may see is to be told from not saying.
 */
export function introspectionAnswer(response: IntrospectResponse): Readonly<Record<string, unknown>> {
  if (!response.active) return { active: false };
  const { scope, clientId, username, tokenType, exp, iat, nbf, sub, aud, iss, jti, cnf } = response;
  const [audience, ...more] = aud;
  return {
    active: true,
    scope,
    ...given("client_id", clientId),
    ...given("username", username),
    ...given("token_type", tokenType),
    ...given("exp", Number(exp)),
    ...given("iat", Number(iat)),
    ...given("nbf", Number(nbf)),
    ...given("sub", sub),
    ...(audience !== undefined && { aud: more.length > 0 ? aud : audience }),
    ...given("iss", iss),
    ...given("jti", jti),
    ...(cnf !== undefined && { cnf: { ...given("jkt", cnf.jkt), ...given("x5t#S256", cnf.x5tS256) } }),
  };
}

function given(name: string, value: string | number): Readonly<Record<string, string | number>> {
  return value === "" || value === 0 ? {} : { [name]: value };
}
