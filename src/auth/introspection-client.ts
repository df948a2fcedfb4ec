import { hash } from "node:crypto";
import { type Fetch, fetchBounded } from "@scope-registry/client/tokens";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { IntrospectionSettings } from "../config/issuer-settings.ts";
import type { ActiveToken } from "./active-token.ts";
import { ISSUER_RETRY_MS, issuerBusy, issuerUnavailable, isTokenInvalid, tokenInvalid } from "./refusals.ts";
import { createRequestGate } from "./request-gate.ts";
import { isClientId, readConfirmation, readScopes, readSeconds, readText, readTexts } from "./token-claims.ts";
import { refuseOtherIntrospectedKinds } from "./token-kind.ts";

/** How long an issuer may take for one answer, in milliseconds. */
const ISSUER_TIMEOUT_MS = 5_000;

/** How long an answer `active: false` is believed at the most, in milliseconds. */
export const INACTIVE_MAX_AGE_MS = 5_000;

/** How many answers of each kind are kept. */
const MAX_ANSWERS = 10_000;

/** How many questions an issuer is asked at once: anybody can make up tokens, and each new one is a question. */
export const MAX_QUESTIONS = 50;

/** How many more questions wait for their turn. */
export const MAX_WAITING_QUESTIONS = 1_000;

/** A token that its issuer says is active. */
export interface IntrospectedToken {
  readonly token: ActiveToken;
  /** Until when that may be believed, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly validUntil: number;
}

/** Asks one issuer about tokens. */
export interface IntrospectionClient {
  /**
   * What the issuer says of a token; undefined: it is not active. Answers are remembered, and the same token is asked
   * about once at a time.
   *
   * @throws {RegistryError} ISSUER_UNAVAILABLE if the issuer does not answer, or not as RFC 7662 §2.2 says, or if more
   * than {@link MAX_QUESTIONS} and {@link MAX_WAITING_QUESTIONS} are put to it.
   */
  ask(token: string, hint?: string): Promise<IntrospectedToken | undefined>;
}

/** What a client is made of. */
export interface IntrospectionClientOptions {
  readonly issuer: string;
  readonly settings: IntrospectionSettings;
  readonly ownerOf: (clientId: string) => string | undefined;
  readonly fetch: Fetch;
  readonly now: () => number;
}

const answerSchema = z.discriminatedUnion("active", [
  z.object({ active: z.literal(false) }),
  z.object({
    active: z.literal(true),
    scope: z.string().optional(),
    client_id: z.string().optional(),
    username: z.string().optional(),
    token_type: z.string().optional(),
    // Not of RFC 7662: another issuer may mean anything by them.
    typ: z.string().optional().catch(undefined),
    token_use: z.string().optional().catch(undefined),
    exp: z.number().optional(),
    iat: z.number().optional(),
    nbf: z.number().optional(),
    sub: z.string().optional(),
    aud: z.union([z.string(), z.array(z.string())]).optional(),
    iss: z.string().optional(),
    jti: z.string().optional(),
    cnf: z.record(z.string(), z.unknown()).optional(),
  }),
]);

type ActiveAnswer = Extract<z.infer<typeof answerSchema>, { active: true }>;

/** Makes a client of an issuer's introspection endpoint (RFC 7662). */
export function createIntrospectionClient(options: IntrospectionClientOptions): IntrospectionClient {
  const { issuer, settings, ownerOf, fetch, now } = options;
  const maxAge = settings.cacheSeconds * 1000;
  // Two caches, so that made-up tokens cannot push out what is known of real ones.
  const active = new LRUCache<string, IntrospectedToken>({ max: MAX_ANSWERS });
  const inactiveUntil = new LRUCache<string, number>({ max: MAX_ANSWERS });
  const asking = new Map<string, Promise<IntrospectedToken | undefined>>();
  // Remembered, so that tokens of other issuers do not all wait for one that is away. An answer with a wrong status is
  // not: a single odd token may cause it.
  let unreached: { readonly time: number; readonly error: unknown } | undefined;

  const gate = createRequestGate({
    maxUnderWay: MAX_QUESTIONS,
    maxWaiting: MAX_WAITING_QUESTIONS,
    maxWaitMs: ISSUER_TIMEOUT_MS,
    now,
    refusal: () => issuerBusy(issuer),
  });

  async function askIssuer(key: string, token: string, hint: string | undefined) {
    failWhileUnreached();
    const answer = await gate.pass(() => fetchAnswer(token, hint));
    const found = answer.active ? readAnswer(answer) : undefined;
    if (found === undefined) {
      inactiveUntil.set(key, now() + Math.min(maxAge, INACTIVE_MAX_AGE_MS));
    } else {
      active.set(key, found);
    }
    return found;
  }

  function failWhileUnreached(): void {
    if (unreached !== undefined && now() - unreached.time < ISSUER_RETRY_MS) {
      throw issuerUnavailable(issuer, unreached.error);
    }
  }

  async function fetchAnswer(token: string, hint: string | undefined) {
    // Those that waited need not find out one by one.
    failWhileUnreached();
    try {
      const request = {
        method: "POST",
        headers: { accept: "application/json", authorization: basicCredentials(settings) },
        body: new URLSearchParams(hint ? { token, token_type_hint: hint } : { token }),
        signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS),
      };
      const answer = await fetchBounded(settings.endpoint, request, fetch);
      if (answer.status !== 200) {
        throw new Error(`${settings.endpoint} answers status ${answer.status}, not 200`);
      }
      return answerSchema.parse(parseAnswer(await answer.text()));
    } catch (error) {
      if (isUnreached(error)) {
        unreached = { time: now(), error };
      }
      throw issuerUnavailable(issuer, error);
    }
  }

  function readAnswer(answer: ActiveAnswer): IntrospectedToken | undefined {
    try {
      const token = toActiveToken(answer);
      const validUntil = Math.min(now() + maxAge, (token.exp ?? Number.POSITIVE_INFINITY) * 1000);
      const expired = token.exp !== undefined && token.exp * 1000 <= now();
      const early = token.nbf !== undefined && token.nbf * 1000 > now();
      return expired || early || token.iss !== issuer ? undefined : { token, validUntil };
    } catch (error) {
      if (isTokenInvalid(error)) {
        return undefined;
      }
      throw error;
    }
  }

  function toActiveToken(answer: ActiveAnswer): ActiveToken {
    refuseOtherIntrospectedKinds(answer);
    const clientId = answer.client_id;
    const owner = isClientId(clientId) ? ownerOf(clientId) : undefined;
    if (clientId !== undefined && owner === undefined) {
      throw tokenInvalid("The token's client cannot be named here");
    }
    return {
      scopes: readScopes("scope", answer.scope),
      clientId,
      owner,
      username: readText("username", answer.username),
      tokenType: readText("token_type", answer.token_type),
      exp: readSeconds("exp", answer.exp),
      iat: readSeconds("iat", answer.iat),
      nbf: readSeconds("nbf", answer.nbf),
      sub: readText("sub", answer.sub),
      aud: readTexts("aud", answer.aud),
      iss: answer.iss ?? issuer,
      jti: readText("jti", answer.jti),
      confirmation: readConfirmation(answer.cnf),
    };
  }

  return {
    async ask(token, hint) {
      const key = hash("sha256", token, "base64url");
      const known = active.get(key);
      if (known !== undefined && known.validUntil > now()) {
        return known;
      }
      if ((inactiveUntil.get(key) ?? 0) > now()) {
        return undefined;
      }
      let underWay = asking.get(key);
      if (underWay === undefined) {
        underWay = askIssuer(key, token, hint).finally(() => asking.delete(key));
        asking.set(key, underWay);
      }
      return underWay;
    },
  };
}

/** HTTP Basic with both parts form-encoded (RFC 6749 §2.3.1). */
function basicCredentials({ clientId, clientSecret }: IntrospectionSettings): string {
  const encode = (text: string) => new URLSearchParams({ "": text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString("base64")}`;
}

/** Whether the network failed (`fetch` throws TypeError for that) or time ran out. */
function isUnreached(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError");
}

function parseAnswer(text: string): unknown {
  try {
    // Some issuers write null for a member that they do not tell.
    return JSON.parse(text, (_member, value) => value ?? undefined);
  } catch {
    // The parser's own error quotes the answer, which may hold personal data.
    throw new Error("The introspection endpoint does not answer JSON");
  }
}
