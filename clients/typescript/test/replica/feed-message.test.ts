import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  ScopeSchema,
  WatchScopesResponse_BookmarkSchema,
  WatchScopesResponse_ChangeSchema,
  WatchScopesResponse_SnapshotSchema,
  WatchScopesResponseSchema,
} from "@scope-registry/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientFromMessage } from "../../src/replica/client-from-message.ts";
import { decodeFeedMessage, type FeedMessage } from "../../src/replica/feed-message.ts";
import { RecordReader } from "../../src/replica/record-reader.ts";
import { scopeFromBytes } from "../../src/replica/scope-from-bytes.ts";
import { scopeFromMessage } from "../../src/replica/scope-from-message.ts";
import { type Bytes, inner, message, messageOf, text } from "./wire-messages.ts";

const scope = messageOf(ScopeSchema);
const events = [
  WatchScopesResponse_SnapshotSchema,
  WatchScopesResponse_ChangeSchema,
  WatchScopesResponse_BookmarkSchema,
];
/** With one event: what two of them mean is for the library to say, and nobody sends them. */
const feedMessage = fc
  .tuple(message(text(4)), fc.oneof(...events.map((event, at) => inner(at + 1, messageOf(event)))), message(text(4)))
  .map((parts) => Uint8Array.from(Buffer.concat(parts)));

function decodedByLibrary(bytes: Bytes): FeedMessage {
  const { registryId, event } = fromBinary(WatchScopesResponseSchema, bytes);
  if (event.case === undefined) return { registryId, event: undefined };
  if (event.case !== "snapshot") return { registryId, event };
  const { scopes, clientPolicies, complete, revision } = event.value;
  const value = {
    scopes: scopes.map(scopeFromMessage),
    clients: clientPolicies.map(clientFromMessage),
    complete,
    revision: Number(revision),
  };
  return { registryId, event: { case: "snapshot", value } };
}

/** The length of a message, which it follows. */
function withLength(bytes: Bytes): Bytes {
  return Uint8Array.from([(bytes.length & 0x7f) | 0x80, bytes.length >> 7, ...bytes]);
}

function outcomeOf<T>(decode: () => T): T | "fails" {
  try {
    return decode();
  } catch {
    return "fails";
  }
}

describe("a message of the feed", () => {
  it("is decoded to what the library makes of it, whatever the order of its fields, repeated or unknown ones", () => {
    fc.assert(
      fc.property(feedMessage, (bytes) => {
        expect(decodeFeedMessage(bytes)).toStrictEqual(decodedByLibrary(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it("fails where the library fails when it is cut off", () => {
    fc.assert(
      fc.property(feedMessage, fc.nat(), (bytes, at) => {
        const cut = bytes.slice(0, bytes.length === 0 ? 0 : at % bytes.length);
        expect(outcomeOf(() => decodeFeedMessage(cut))).toEqual(outcomeOf(() => decodedByLibrary(cut)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("has no event where it brings one that is not known", () => {
    expect(decodeFeedMessage(Uint8Array.of(0x7a, 1, 0))).toEqual({ registryId: "", event: undefined });
  });
});

describe("a scope as bytes", () => {
  it("is the library's record, or fails as the library does, when any of its bytes is another", () => {
    fc.assert(
      fc.property(
        scope,
        scope,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
        (sooner, bytes, changes) => {
          for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
          const before = scopeFromMessage(fromBinary(ScopeSchema, sooner));
          const ours = outcomeOf(() => scopeFromBytes(new RecordReader(withLength(bytes)), before));
          expect(ours).toStrictEqual(outcomeOf(() => scopeFromMessage(fromBinary(ScopeSchema, bytes))));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ["billing-api", "billing-api"],
    ["billing-api", "billing-apo"],
    ["billing-api", "billing-ap"],
    ["Ã©", "é"],
    ["é", "é"],
  ])("has its own texts, however like those of the scope before it: %s, %s", (sooner, owner) => {
    const encoded = withLength(Uint8Array.from(toBinary(ScopeSchema, create(ScopeSchema, { owner }))));
    const before = scopeFromMessage(create(ScopeSchema, { owner: sooner }));
    expect(scopeFromBytes(new RecordReader(encoded), before).owner).toBe(owner);
  });
});
