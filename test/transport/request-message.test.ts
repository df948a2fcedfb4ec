import { gzipSync } from "node:zlib";
import { ScopeRegistry } from "@scope-registry/client/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RequestMessage, readTimeout, unpack } from "../../src/transport/grpc/request-message.ts";
import { grpcFrame } from "../support/raw-calls.ts";

const METHOD = ScopeRegistry.method.validateScopes;
const MIB = 1024 * 1024;

describe("the message of a request", () => {
  it("is the same in whatever pieces it comes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.array(fc.nat(6_000), { maxLength: 20 }), (bytes, cuts) => {
        const frame = grpcFrame(bytes);
        const message = new RequestMessage();
        const ends = [...cuts.filter((cut) => cut < frame.length), frame.length].sort((a, b) => a - b);
        ends.forEach((end, at) => {
          expect(message.isWhole).toBe(false);
          if (end > (ends[at - 1] ?? 0)) message.add(frame.subarray(ends[at - 1] ?? 0, end));
        });
        expect(message.isWhole).toBe(true);
        expect(message.bytes.equals(bytes)).toBe(true);
      }),
    );
  });

  it("takes no more memory than has come of it, in pieces of a byte each", () => {
    const message = new RequestMessage();
    const head = grpcFrame(Buffer.alloc(0), 4 * MIB);
    const before = process.memoryUsage();
    for (let at = 0; at < 100_000; at++) message.add(Buffer.from([at < head.length ? (head[at] ?? 0) : 1]));
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8 * MIB);
    expect(message.isWhole).toBe(false);
  });

  it("unpacks a few at a time, and nothing beyond its limit", async () => {
    const packed = gzipSync(Buffer.alloc(3 * MIB));
    const all = await Promise.all(Array.from({ length: 20 }, () => unpack(METHOD, packed, "gzip")));
    expect(all.map(({ length }) => length)).toEqual(Array(20).fill(3 * MIB));
    const bomb = gzipSync(Buffer.alloc(5 * MIB));
    const refuse = () => expect(unpack(METHOD, bomb, "gzip")).rejects.toMatchObject({ reason: "MESSAGE_TOO_LARGE" });
    await Promise.all([refuse(), refuse()]);
    await expect(unpack(METHOD, Buffer.from("none"), "gzip")).rejects.toMatchObject({ reason: "MALFORMED_MESSAGE" });
    await expect(unpack(METHOD, packed, "snappy")).rejects.toMatchObject({ reason: "NOT_IMPLEMENTED" });
    await expect(unpack(METHOD, packed, "gzip")).resolves.toHaveLength(3 * MIB);
  });

  it("has the time that its caller says", () => {
    const times = [undefined, "1H", "2M", "3S", "4m", "5000u", "6000000n", "99999999H"].map((text) =>
      readTimeout(text),
    );
    expect(times).toEqual([undefined, 3_600_000, 120_000, 3_000, 4, 5, 6, 359_999_996_400_000]);
    for (const text of ["", "soon", "1", "S", "-1S", "123456789S", "1S ", "1s"]) {
      expect(() => readTimeout(text)).toThrow(expect.objectContaining({ reason: "MALFORMED_MESSAGE" }));
    }
  });
});
