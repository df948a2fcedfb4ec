import fc from "fast-check";
import { BSON } from "mongodb";
import { describe, expect, it } from "vitest";
import { decodeEntry, type EntryDocument, encodeEntry } from "../../src/store/mongodb/documents/entry-document.ts";
import { decodeRecord, encodeRecord } from "../../src/store/mongodb/documents/record-documents.ts";
import { entryFromJson, entryToJson, recordFromJson } from "../../src/store/sqlite/json-records.ts";
import {
  earlierEntry,
  earlierEntryDocument,
  earlierScope,
  earlierScopeDocument,
  earlierServer,
  earlierServerDocument,
} from "./earlier-forms.ts";
import { anyEntry, anyRecord, sampleEntry, sampleResourceServer, sampleScope } from "./sample-records.ts";

const completedEntry = sampleEntry(
  1,
  [
    { kind: "scope", name: "invoices.read", before: undefined, after: sampleScope() },
    { kind: "resourceServer", name: "billing-api", before: undefined, after: sampleResourceServer() },
  ],
  { requestId: "earlier request" },
);

describe("MongoDB documents", () => {
  it("hold every entry exactly", () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const document = BSON.deserialize(BSON.serialize(encodeEntry(entry))) as EntryDocument;
        expect(decodeEntry(document)).toStrictEqual(entry);
      }),
    );
  });

  it("hold every record exactly", () => {
    fc.assert(
      fc.property(anyRecord, ({ kind, record }) => {
        const document = BSON.deserialize(BSON.serialize(encodeRecord(kind, record)));
        expect(decodeRecord(kind, document as ReturnType<typeof encodeRecord>)).toStrictEqual(record);
      }),
    );
  });

  it("keep times as dates and revisions as 64-bit integers, under names in snake_case", () => {
    const scope = sampleScope({ sunsetTime: 5 });
    const entry = sampleEntry(7, [{ kind: "scope", name: scope.name, before: undefined, after: scope }]);
    const document = BSON.deserialize(BSON.serialize(encodeEntry(entry)), { promoteLongs: false });
    const { _id, time, changes } = document;
    expect(Object.keys(document)).toEqual([
      "_id",
      "time",
      "actor",
      "resource_server",
      "resource_servers",
      "kind",
      "request_id",
      "changes",
    ]);
    expect(_id).toBeInstanceOf(BSON.Long);
    expect(time).toBeInstanceOf(Date);
    expect(changes[0].after).toMatchObject({ sunset_time: new Date(5), revision: BSON.Long.ONE });
  });

  it("of before governance are completed", () => {
    expect(decodeRecord("scope", earlierScopeDocument)).toStrictEqual(sampleScope());
    expect(decodeRecord("resourceServer", earlierServerDocument)).toStrictEqual(sampleResourceServer());
    expect(decodeEntry(earlierEntryDocument)).toStrictEqual(completedEntry);
    expect(decodeEntry({ ...earlierEntryDocument, actor: "" }).kind).toBe("OWN_SCOPES");
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

  it("of before governance are completed", () => {
    expect(recordFromJson("scope", JSON.stringify(earlierScope)).record).toStrictEqual(sampleScope());
    expect(recordFromJson("resourceServer", JSON.stringify(earlierServer)).record).toStrictEqual(
      sampleResourceServer(),
    );
    expect(entryFromJson(JSON.stringify(earlierEntry))).toStrictEqual(completedEntry);
    expect(entryFromJson(JSON.stringify({ ...earlierEntry, actor: "" })).kind).toBe("OWN_SCOPES");
  });
});
