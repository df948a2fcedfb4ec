/**
 * What became of a registration as the bytes of its `RegisterScopesResponse`: what `fromRegistrationAnswer` and the library make of it, at
 * a fraction of the price. Resource servers start together, and each is answered all its scopes.
 */
import { RegistrationOutcome } from "@scope-registry/client/messages";
import type { RegistrationAnswer, RegistrationResult } from "../../registry/registration.ts";
import { answerFits } from "./registration-size.ts";
import { ReverseWriter } from "./reverse-writer.ts";
import { writeNumber, writeScope, writeText } from "./write-scope.ts";

const writer = new ReverseWriter();

/** Encodes what became of a registration that was not only validated. */
export function encodeRegistrationAnswer(answer: RegistrationAnswer): Buffer {
  const { results, revision, contentHash } = answer;
  const withScopes = answerFits(answer);
  writer.clear();
  writeText(writer, 3, contentHash);
  writeNumber(writer, 2, revision);
  for (let at = results.length - 1; at >= 0; at--) {
    const before = writer.size;
    writeResult(results[at] as RegistrationResult, withScopes);
    writer.inner(1, writer.size - before);
  }
  return writer.take();
}

function writeResult({ name, outcome, scope }: RegistrationResult, withScope: boolean): void {
  writeText(writer, 3, name);
  writer.number(2, RegistrationOutcome[outcome]);
  if (scope === undefined || !withScope) return;
  const before = writer.size;
  writeScope(writer, scope);
  writer.inner(1, writer.size - before);
}
