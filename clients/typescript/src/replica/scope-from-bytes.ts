/**
 * A scope out of the bytes of its message: the same record as `scopeFromMessage` makes of what the library decodes, and much sooner.
 * A snapshot is made of them.
 */
import type { ConsentText, ScopeProposal, ScopeRecord, ScopeStateName } from "../judging/scope-record.ts";
import { NO_CONSENT_TEXTS } from "../judging/shared-parts.ts";
import type { RecordReader } from "./record-reader.ts";
import { scopeStateOf, type Time, toMilliseconds } from "./scope-from-message.ts";

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads a scope, its length first.
 *
 * @param before the scope before it, whose owner and resources are often the same
 */
export function scopeFromBytes(reader: RecordReader, before: ScopeRecord | undefined): ScopeRecord {
  const resources: string[] = [];
  const aliases: string[] = [];
  let name = "";
  let description = "";
  let isDefault = false;
  let owner = "";
  let state: ScopeStateName = scopeStateOf(0);
  let restricted = false;
  let consentTexts: Map<string, ConsentText> | undefined;
  let replacedBy = "";
  let sunsetTime: Time | undefined;
  let unlisted = false;
  let createTime: Time | undefined;
  let updateTime: Time | undefined;
  let revision = 0;
  let deprecated = false;
  let disabledByAdmin = false;
  let proposal: ScopeProposal | undefined;
  let refusedProposal: ScopeProposal | undefined;
  for (const end = reader.end(); reader.pos < end; ) {
    const key = reader.key();
    switch (key >>> 3) {
      case 1:
        name = reader.text();
        break;
      case 2:
        description = reader.text();
        break;
      case 3:
        isDefault = reader.bool();
        break;
      case 4:
        owner = reader.text(before?.owner);
        break;
      case 5:
        state = scopeStateOf(reader.int32());
        break;
      case 6:
        restricted = reader.bool();
        break;
      case 7:
        resources.push(reader.text(before?.resources[resources.length]));
        break;
      case 8:
        consentTexts ??= new Map();
        readConsentText(reader, consentTexts);
        break;
      case 9:
        replacedBy = reader.text();
        break;
      case 10:
        sunsetTime = readTime(reader, sunsetTime);
        break;
      case 11:
        unlisted = reader.bool();
        break;
      case 12:
        createTime = readTime(reader, createTime);
        break;
      case 13:
        updateTime = readTime(reader, updateTime);
        break;
      case 14:
        revision = Number(reader.uint64());
        break;
      case 15:
        deprecated = reader.bool();
        break;
      case 16:
        aliases.push(reader.text());
        break;
      case 17:
        disabledByAdmin = reader.bool();
        break;
      case 18:
        proposal = readProposal(reader, proposal);
        break;
      case 19:
        refusedProposal = readProposal(reader, refusedProposal);
        break;
      default:
        reader.pass(key);
    }
  }
  return {
    name,
    description,
    isDefault,
    owner,
    state,
    restricted,
    resources,
    consentTexts: consentTexts === undefined ? NO_CONSENT_TEXTS : Object.fromEntries(consentTexts),
    deprecated,
    replacedBy,
    sunsetTime: sunsetTime && toMilliseconds(sunsetTime),
    unlisted,
    aliases,
    disabledByAdmin,
    proposal,
    refusedProposal,
    createTime: createTime === undefined ? 0 : toMilliseconds(createTime),
    updateTime: updateTime === undefined ? 0 : toMilliseconds(updateTime),
    revision,
  };
}

/** An entry of the map: the tag, and its text. */
function readConsentText(reader: RecordReader, texts: Map<string, ConsentText>): void {
  const text: Changeable<ConsentText> = { title: "", description: "" };
  let tag = "";
  for (const end = reader.end(); reader.pos < end; ) {
    const key = reader.key();
    switch (key >>> 3) {
      case 1:
        tag = reader.text();
        break;
      case 2:
        readTitleAndDescription(reader, text);
        break;
      default:
        reader.pass(key);
    }
  }
  texts.set(tag, text);
}

function readTitleAndDescription(reader: RecordReader, text: Changeable<ConsentText>): void {
  for (const end = reader.end(); reader.pos < end; ) {
    const key = reader.key();
    switch (key >>> 3) {
      case 1:
        text.title = reader.text();
        break;
      case 2:
        text.description = reader.text();
        break;
      default:
        reader.pass(key);
    }
  }
}

/** A message that comes in several pieces is the sum of them, here and in {@link readTime}. */
function readProposal(reader: RecordReader, sooner: ScopeProposal | undefined): ScopeProposal {
  let { isDefault, restricted } = sooner ?? { isDefault: false, restricted: false };
  const resources = [...(sooner?.resources ?? [])];
  const aliases = [...(sooner?.aliases ?? [])];
  for (const end = reader.end(); reader.pos < end; ) {
    const key = reader.key();
    switch (key >>> 3) {
      case 1:
        isDefault = reader.bool();
        break;
      case 2:
        restricted = reader.bool();
        break;
      case 3:
        resources.push(reader.text());
        break;
      case 4:
        aliases.push(reader.text());
        break;
      default:
        reader.pass(key);
    }
  }
  return { isDefault, restricted, resources, aliases };
}

function readTime(reader: RecordReader, time: Time = { seconds: 0, nanos: 0 }): Time {
  for (const end = reader.end(); reader.pos < end; ) {
    const key = reader.key();
    switch (key >>> 3) {
      case 1:
        time.seconds = Number(reader.int64());
        break;
      case 2:
        time.nanos = reader.int32();
        break;
      default:
        reader.pass(key);
    }
  }
  return time;
}
