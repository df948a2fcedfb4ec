import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameHeads } from "../../src/transport/grpc/frame-heads.ts";
import { grpcFrame } from "../support/raw-calls.ts";

const message = fc.record({ compressed: fc.boolean(), length: fc.nat({ max: 40 }) });

describe("the heads of gRPC messages", () => {
  it("are found in whatever pieces the messages come", () => {
    fc.assert(
      fc.property(fc.array(message), fc.infiniteStream(fc.integer({ min: 1, max: 12 })), (messages, sizes) => {
        const frames = messages.map(({ compressed, length }) =>
          grpcFrame(Buffer.alloc(length, 0xff), length, compressed ? 1 : 0),
        );
        let left = Buffer.concat(frames);
        const heads = new FrameHeads();
        const found: unknown[] = [];
        for (const size of sizes) {
          if (left.length === 0) break;
          heads.read(left.subarray(0, size), (compressed, length) => found.push({ compressed, length }));
          left = left.subarray(size);
        }
        expect(found).toEqual(messages);
      }),
    );
  });
});
