import { formatChallenge } from "./bearer-challenge.ts";
import { type HttpAnswer, jsonAnswer } from "./http-answer.ts";

/** Why a request is not let in. */
export type RefusalReason =
  | "token_missing"
  | "invalid_request"
  | "invalid_token"
  | "insufficient_scope"
  | "temporarily_unavailable"
  | "server_error";

/** A refusal, and the HTTP response that tells of it: JSON with `error`, `error_description` and `scope`, not to be stored. */
export interface Refusal extends HttpAnswer {
  readonly reason: RefusalReason;
  /** What is wrong and what to do, without secrets. */
  readonly description: string;
}

/** What a refusal says beside its reason. */
export interface RefusalDetails {
  readonly description: string;
  /** The scopes that the request needs. */
  readonly scopes: readonly string[];
  /** Where the resource's metadata is. */
  readonly metadataUrl: string;
  /** After how many seconds it is worth trying again. */
  readonly retryAfterSeconds?: number | undefined;
}

const STATUSES: Readonly<Record<RefusalReason, number>> = {
  token_missing: 401,
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  temporarily_unavailable: 503,
  server_error: 500,
};

/**
 * Makes a refusal (RFC 6750 §3). A request without a token gets a challenge without an error code (§3.1); what is no fault of
 * the sender's gets no challenge.
 */
export function createRefusal(reason: RefusalReason, details: RefusalDetails): Refusal {
  const { description, scopes, metadataUrl, retryAfterSeconds } = details;
  const error = reason === "token_missing" ? undefined : reason;
  const scope = scopes.length === 0 ? undefined : scopes.join(" ");
  const headers: Record<string, string> = { "cache-control": "no-store" };
  if (error !== "temporarily_unavailable" && error !== "server_error") {
    const errorDescription = error === undefined ? undefined : description;
    headers["www-authenticate"] = formatChallenge({ error, errorDescription, scopes, metadataUrl });
  }
  if (retryAfterSeconds !== undefined) headers["retry-after"] = String(retryAfterSeconds);
  const answer = jsonAnswer(STATUSES[reason], { error, error_description: description, scope }, headers);
  return { ...answer, reason, description };
}
