/**
 * A judgement as the bytes of its `ValidateScopesResponse`: what `fromJudgement` and the library make of it, byte by byte the same,
 * at a tenth of the price. It is the answer of the one call that the token issuer waits for.
 */
import type { Judgement, ScopeVerdict } from "@scope-registry/client/judging";
import { VerdictStatus } from "@scope-registry/client/messages";
import { scopesFit, shortened } from "./judgement-size.ts";
import { ReverseWriter } from "./reverse-writer.ts";
import { writeBareScope, writeConsentText, writeNumber, writeText, writeTexts } from "./write-scope.ts";

const writer = new ReverseWriter();

/**
 * Encodes a judgement.
 *
 * @throws {RegistryError} MESSAGE_TOO_LARGE if callers could not take it even without its scopes
 */
export function encodeJudgement(judgement: Judgement): Buffer {
  const withScopes = scopesFit(judgement);
  writer.clear();
  writeJudgement(judgement, withScopes);
  return writer.take();
}

/** A verdict as bytes: the element of the answer's field `verdicts`. */
export function encodeVerdict(verdict: ScopeVerdict): Buffer {
  writer.clear();
  writeVerdictField(verdict, true);
  return writer.take();
}

function writeJudgement(judgement: Judgement, withScopes: boolean): void {
  const { valid, grantedScopes, audiences, defaultsApplied, verdicts, error, errorDescription, revision } = judgement;
  writeNumber(writer, 8, revision);
  writeText(writer, 7, errorDescription);
  writeText(writer, 6, error);
  for (let at = verdicts.length - 1; at >= 0; at--) writeVerdictField(verdicts[at] as ScopeVerdict, withScopes);
  if (defaultsApplied) writer.true(4);
  writeTexts(writer, 3, audiences);
  writeTexts(writer, 2, grantedScopes);
  if (valid) writer.true(1);
}

function writeVerdictField(verdict: ScopeVerdict, withScope: boolean): void {
  const before = writer.size;
  writeVerdict(verdict, withScope);
  writer.inner(5, writer.size - before);
}

function writeVerdict(verdict: ScopeVerdict, withScope: boolean): void {
  const { name, status, scope, message, replacedBy, parameters, consent } = verdict;
  if (parameters !== undefined) writeParameters(parameters);
  if (consent !== undefined) {
    writeText(writer, 7, consent.locale);
    const before = writer.size;
    writeConsentText(writer, consent.text);
    writer.inner(6, writer.size - before);
  }
  writeText(writer, 5, replacedBy);
  writeText(writer, 4, message);
  if (scope !== undefined && withScope) {
    const before = writer.size;
    writeBareScope(writer, scope);
    writer.inner(3, writer.size - before);
  }
  writer.number(2, VerdictStatus[status]);
  writeText(writer, 1, shortened(name));
}

/** A map entry holds its key and its value whether they are empty or not. */
function writeParameters(parameters: Readonly<Record<string, string>>): void {
  const entries = Object.entries(parameters);
  for (let at = entries.length - 1; at >= 0; at--) {
    const [key, value] = entries[at] as [string, string];
    const before = writer.size;
    writer.text(2, value);
    writer.text(1, key);
    writer.inner(8, writer.size - before);
  }
}
