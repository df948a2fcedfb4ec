import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type LogEntry as LogEntryMessage, LogEntrySchema, ScopeState } from "@scope-registry/client/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LogEntry, RECORD_KINDS, type RecordChange } from "../../src/store/scope-log.ts";
import { fromLogEntry, toLogEntry } from "../../src/transport/messages/log-messages.ts";
import { RecordReader } from "../../src/transport/messages/record-reader.ts";
import { anyEntry, createScope, sampleEntry, sampleScope } from "../store/sample-records.ts";

/** What arrives of a message. */
function sent(message: LogEntryMessage): LogEntryMessage {
  return fromBinary(LogEntrySchema, toBinary(LogEntrySchema, message));
}

function read(message: LogEntryMessage): LogEntry {
  const reader = new RecordReader();
  const entry = toLogEntry(message, "entries[0]", reader);
  reader.finish();
  return entry;
}

/** An entry with its changes kind by kind, as a message has them, and with one change of the registry's policy at most. */
function byKind(entry: LogEntry): LogEntry {
  const changes = RECORD_KINDS.flatMap((kind): RecordChange[] => {
    const ofKind = entry.changes.filter((change) => change.kind === kind);
    return kind === "registryPolicy" ? ofKind.slice(0, 1).map((change) => ({ ...change, name: "registry" })) : ofKind;
  });
  return { ...entry, changes };
}

describe("fromLogEntry and toLogEntry", () => {
  it("lose nothing of any entry on its way over the wire and back", () => {
    fc.assert(
      fc.property(anyEntry, (any) => {
        const entry = byKind(any);
        expect(read(sent(fromLogEntry(entry)))).toEqual(entry);
      }),
    );
  });

  it("keep consent texts apart from what every object has, whatever their language tags say", () => {
    const consentTexts = JSON.parse(
      '{"__proto__": {"title": "T", "description": "D"}, "constructor": {"title": "C", "description": ""}}',
    );
    const entry = sampleEntry(1, [createScope(sampleScope({ consentTexts }))]);
    const [change] = read(sent(fromLogEntry(entry))).changes;
    const texts = change?.kind === "scope" ? change.after?.consentTexts : undefined;
    expect(Object.keys(texts ?? {}).sort()).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(texts)).toBe(Object.prototype);
  });
});

describe("toLogEntry", () => {
  it("names everything that no export has", () => {
    const message = sent(fromLogEntry(sampleEntry(1, [createScope(sampleScope())])));
    const scope = message.changes[0]?.after;
    if (scope === undefined) throw new Error("The sample has a scope");
    scope.state = ScopeState.UNSPECIFIED;
    scope.createTime = undefined;
    scope.revision = 2n ** 53n;
    scope.updateTime = { $typeName: "google.protobuf.Timestamp", seconds: 0n, nanos: -1 };
    scope.sunsetTime = { $typeName: "google.protobuf.Timestamp", seconds: 2n ** 62n, nanos: 0 };
    message.kind = 99 as never;
    message.time = undefined;
    const after = "entries[0].changes[0].after";
    const fields = ["state", "sunset_time", "create_time", "update_time", "revision"].map(
      (field) => `${after}.${field}`,
    );
    expect(() => read(message)).toThrow(
      expect.objectContaining({
        reason: "INVALID_REQUEST",
        violations: ["entries[0].time", "entries[0].kind", ...fields].map((field) =>
          expect.objectContaining({ field }),
        ),
      }),
    );
  });
});
