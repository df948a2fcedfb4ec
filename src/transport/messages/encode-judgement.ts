/**
 * A judgement as the bytes of its `ValidateScopesResponse`: what `fromJudgement` and the library make of it, byte by byte the same,
 * at a tenth of the price. It is the answer of the one call that the token issuer waits for.
 */
import type { Judgement, ScopeProposal, ScopeRecord, ScopeVerdict } from "@scope-registry/client/judging";
import { ScopeState, VerdictStatus } from "@scope-registry/client/messages";
import { scopesFit, shortened } from "./judgement-size.ts";
import { ReverseWriter } from "./reverse-writer.ts";

const writer = new ReverseWriter();

/**
 * Encodes a judgement.
 *
 * @throws {RegistryError} MESSAGE_TOO_LARGE if callers could not take it even without its scopes
 */
export function encodeJudgement(judgement: Judgement, revision: number): Buffer {
  const withScopes = scopesFit(judgement);
  try {
    writeJudgement(judgement, revision, withScopes);
    return writer.take();
  } catch (error) {
    writer.clear();
    throw error;
  }
}

/** A verdict as bytes: the element of the answer's field `verdicts`. */
export function encodeVerdict(verdict: ScopeVerdict): Buffer {
  writeVerdictField(verdict, true);
  return writer.take();
}

function writeJudgement(judgement: Judgement, revision: number, withScopes: boolean): void {
  const { valid, grantedScopes, audiences, defaultsApplied, verdicts, error, errorDescription } = judgement;
  writeNumber(8, revision);
  writeText(7, errorDescription);
  writeText(6, error);
  for (let at = verdicts.length - 1; at >= 0; at--) writeVerdictField(verdicts[at] as ScopeVerdict, withScopes);
  if (defaultsApplied) writer.true(4);
  writeTexts(3, audiences);
  writeTexts(2, grantedScopes);
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
    writeText(7, consent.locale);
    const before = writer.size;
    writeText(2, consent.text.description);
    writeText(1, consent.text.title);
    writer.inner(6, writer.size - before);
  }
  writeText(5, replacedBy);
  writeText(4, message);
  if (scope !== undefined && withScope) {
    const before = writer.size;
    writeScope(scope);
    writer.inner(3, writer.size - before);
  }
  writer.number(2, VerdictStatus[status]);
  writeText(1, shortened(name));
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

/** Without its consent texts, as verdicts hold it. */
function writeScope(scope: ScopeRecord): void {
  if (scope.proposal !== undefined) writeProposal(scope.proposal);
  if (scope.disabledByAdmin) writer.true(17);
  writeTexts(16, scope.aliases);
  if (scope.deprecated) writer.true(15);
  writeNumber(14, scope.revision);
  writeTime(13, scope.updateTime);
  writeTime(12, scope.createTime);
  if (scope.unlisted) writer.true(11);
  if (scope.sunsetTime !== undefined) writeTime(10, scope.sunsetTime);
  writeText(9, scope.replacedBy);
  writeTexts(7, scope.resources);
  if (scope.restricted) writer.true(6);
  writer.number(5, ScopeState[scope.state]);
  writeText(4, scope.owner);
  if (scope.isDefault) writer.true(3);
  writeText(2, scope.description);
  writeText(1, scope.name);
}

function writeProposal({ isDefault, restricted, resources, aliases }: ScopeProposal): void {
  const before = writer.size;
  writeTexts(4, aliases);
  writeTexts(3, resources);
  if (restricted) writer.true(2);
  if (isDefault) writer.true(1);
  writer.inner(18, writer.size - before);
}

/** A `google.protobuf.Timestamp`. */
function writeTime(field: number, milliseconds: number): void {
  const before = writer.size;
  const seconds = Math.floor(milliseconds / 1_000);
  writeNumber(2, (milliseconds - seconds * 1_000) * 1_000_000);
  writeNumber(1, seconds);
  writer.inner(field, writer.size - before);
}

function writeTexts(field: number, texts: readonly string[]): void {
  for (let at = texts.length - 1; at >= 0; at--) writer.text(field, texts[at] as string);
}

function writeText(field: number, text: string): void {
  if (text !== "") writer.text(field, text);
}

function writeNumber(field: number, value: number): void {
  if (value !== 0) writer.number(field, value);
}
