/** How the parts of messages are written that several answers hold. Fields come in the opposite order: see {@link ReverseWriter}. */
import type { ConsentText, ScopeProposal, ScopeRecord } from "@scope-registry/client/judging";
import { ScopeState } from "@scope-registry/client/messages";
import type { ReverseWriter } from "./reverse-writer.ts";

/** A `Scope`, without its consent texts. */
export function writeBareScope(writer: ReverseWriter, scope: ScopeRecord): void {
  writeLastFields(writer, scope);
  writeFirstFields(writer, scope);
}

/** A `Scope`. */
export function writeScope(writer: ReverseWriter, scope: ScopeRecord): void {
  writeLastFields(writer, scope);
  const texts = Object.entries(scope.consentTexts);
  for (let at = texts.length - 1; at >= 0; at--) {
    const [tag, text] = texts[at] as [string, ConsentText];
    const before = writer.size;
    const beforeText = writer.size;
    writeConsentText(writer, text);
    writer.inner(2, writer.size - beforeText);
    writer.text(1, tag);
    writer.inner(8, writer.size - before);
  }
  writeFirstFields(writer, scope);
}

/** A `ConsentText`. */
export function writeConsentText(writer: ReverseWriter, { title, description }: ConsentText): void {
  writeText(writer, 2, description);
  writeText(writer, 1, title);
}

/** The fields behind `consent_texts`. */
function writeLastFields(writer: ReverseWriter, scope: ScopeRecord): void {
  if (scope.refusedProposal !== undefined) writeProposal(writer, 19, scope.refusedProposal);
  if (scope.proposal !== undefined) writeProposal(writer, 18, scope.proposal);
  if (scope.disabledByAdmin) writer.true(17);
  writeTexts(writer, 16, scope.aliases);
  if (scope.deprecated) writer.true(15);
  writeNumber(writer, 14, scope.revision);
  writeTime(writer, 13, scope.updateTime);
  writeTime(writer, 12, scope.createTime);
  if (scope.unlisted) writer.true(11);
  if (scope.sunsetTime !== undefined) writeTime(writer, 10, scope.sunsetTime);
  writeText(writer, 9, scope.replacedBy);
}

/** The fields before `consent_texts`. */
function writeFirstFields(writer: ReverseWriter, scope: ScopeRecord): void {
  writeTexts(writer, 7, scope.resources);
  if (scope.restricted) writer.true(6);
  writer.number(5, ScopeState[scope.state]);
  writeText(writer, 4, scope.owner);
  if (scope.isDefault) writer.true(3);
  writeText(writer, 2, scope.description);
  writeText(writer, 1, scope.name);
}

function writeProposal(
  writer: ReverseWriter,
  field: number,
  { isDefault, restricted, resources, aliases }: ScopeProposal,
): void {
  const before = writer.size;
  writeTexts(writer, 4, aliases);
  writeTexts(writer, 3, resources);
  if (restricted) writer.true(2);
  if (isDefault) writer.true(1);
  writer.inner(field, writer.size - before);
}

/** A `google.protobuf.Timestamp`. */
function writeTime(writer: ReverseWriter, field: number, milliseconds: number): void {
  const before = writer.size;
  const seconds = Math.floor(milliseconds / 1_000);
  writeNumber(writer, 2, (milliseconds - seconds * 1_000) * 1_000_000);
  writeNumber(writer, 1, seconds);
  writer.inner(field, writer.size - before);
}

/** A repeated string field. */
export function writeTexts(writer: ReverseWriter, field: number, texts: readonly string[]): void {
  for (let at = texts.length - 1; at >= 0; at--) writer.text(field, texts[at] as string);
}

/** A string field, which is left out where it is empty. */
export function writeText(writer: ReverseWriter, field: number, text: string): void {
  if (text !== "") writer.text(field, text);
}

/** A field of a whole number, which is left out where it is 0. */
export function writeNumber(writer: ReverseWriter, field: number, value: number): void {
  if (value !== 0) writer.number(field, value);
}
