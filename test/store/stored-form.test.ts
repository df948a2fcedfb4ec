import fc from "fast-check";
import { BSON } from "mongodb";
import { describe, expect, it } from "vitest";
import {
  type ChangeDocument,
  decodeEntry,
  decodeRecord,
  encodeEntry,
  encodeRecord,
} from "../../src/store/mongodb/documents.ts";
import { entryFromJson, entryToJson, recordFromJson } from "../../src/store/sqlite/json-records.ts";
import { anyEntry, anyResourceServer, anyScope, sampleEntry, sampleScope } from "./sample-records.ts";

const anyRecord = fc.oneof(
  anyScope.map((record) => ({ kind: "scope" as const, record })),
  anyResourceServer.map((record) => ({ kind: "resourceServer" as const, record })),
);

describe("MongoDB documents", () => {
  it("hold every entry exactly", () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const document = BSON.deserialize(BSON.serialize(encodeEntry(entry))) as ChangeDocument;
        expect(decodeEntry(document)).toStrictEqual(entry);
      }),
    );
  });

  it("hold every record exactly", () => {
    fc.assert(
      fc.property(anyRecord, (kinded) => {
        const document = BSON.deserialize(BSON.serialize(encodeRecord(kinded)));
        expect(decodeRecord(kinded.kind, document as ReturnType<typeof encodeRecord>)).toStrictEqual(kinded);
      }),
    );
  });

  it("keep times as dates and revisions as 64-bit integers, under names in snake_case", () => {
    const scope = sampleScope({ sunsetTime: 5 });
    const entry = sampleEntry(7, [{ kind: "scope", name: scope.name, before: undefined, after: scope }]);
    const document = BSON.deserialize(BSON.serialize(encodeEntry(entry)), { promoteLongs: false });
    const { _id, time, changes } = document;
    expect(Object.keys(document)).toEqual(["_id", "time", "actor", "resource_server", "request_id", "changes"]);
    expect(_id).toBeInstanceOf(BSON.Long);
    expect(time).toBeInstanceOf(Date);
    expect(changes[0].after).toMatchObject({ sunset_time: new Date(5), revision: BSON.Long.ONE });
  });
});

describe("SQLite texts", () => {
  it("hold every entry exactly", () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        expect(entryFromJson(entryToJson(entry))).toStrictEqual(entry);
      }),
    );
  });

  it("hold every record exactly", () => {
    fc.assert(
      fc.property(anyRecord, ({ kind, record }) => {
        expect(recordFromJson(kind, JSON.stringify(record))).toStrictEqual({ kind, record });
      }),
    );
  });
});
