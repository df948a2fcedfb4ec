/** The answers of acts on scopes as messages. What was done must not turn into an error because its answer is too large. */
import type { ScopeRecord } from "@scope-registry/client/judging";
import type {
  ApproveScopesResponse,
  DisableScopesResponse,
  EnableScopesResponse,
  RefuseScopesResponse,
  Scope,
  TransferScopesResponse,
} from "@scope-registry/client/messages";
import type { RetirementAnswer, ScopesAnswer } from "../../registry/governance/governance.ts";
import { MAX_ANSWER_BYTES } from "../../registry/limits.ts";
import { estimateBareScopeBytes, estimateScopeBytes } from "../../registry/record-size.ts";
import { fromScope, fromScopeWithoutTexts } from "./scope-messages.ts";
import { fromUsages } from "./usage-messages.ts";

/** How much of an answer usages take beside scopes, at the most. */
const MAX_USAGES_BYTES = MAX_ANSWER_BYTES / 2;

/** The responses that tell of scopes and nothing else. */
type ScopesResponse = ApproveScopesResponse | RefuseScopesResponse | EnableScopesResponse | TransferScopesResponse;

/** Scopes after an act, as the message of its method. */
export function fromScopesAnswer<Name extends ScopesResponse["$typeName"]>(
  $typeName: Name,
  { scopes, revision }: ScopesAnswer,
): { $typeName: Name; scopes: Scope[]; revision: bigint } {
  return { $typeName, scopes: fittingScopes(scopes, MAX_ANSWER_BYTES), revision: BigInt(revision) };
}

/** What came of disabling scopes, as its message. */
export function fromDisabling({ scopes, usages, revision }: RetirementAnswer): DisableScopesResponse {
  const messages = fittingScopes(scopes, MAX_ANSWER_BYTES - MAX_USAGES_BYTES);
  for (const message of messages) {
    if (message.revision <= BigInt(revision)) continue;
    // It was only validated: this is yet to be committed, if ever.
    message.updateTime = undefined;
    message.revision = 0n;
  }
  return {
    $typeName: "scoperegistry.v1.DisableScopesResponse",
    scopes: messages,
    usages: fromUsages(usages, MAX_USAGES_BYTES),
    revision: BigInt(revision),
  };
}

/** Scopes whole, if they fit; else without their consent texts; else none. */
function fittingScopes(scopes: readonly ScopeRecord[], most: number): Scope[] {
  if (sumOf(scopes, estimateScopeBytes) <= most) return scopes.map(fromScope);
  return sumOf(scopes, estimateBareScopeBytes) <= most ? scopes.map(fromScopeWithoutTexts) : [];
}

function sumOf(scopes: readonly ScopeRecord[], bytesOf: (scope: ScopeRecord) => number): number {
  return scopes.reduce((sum, scope) => sum + bytesOf(scope), 0);
}
