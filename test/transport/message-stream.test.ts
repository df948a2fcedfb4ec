import { describe, expect, it, vi } from "vitest";
import { CheckedStream, MappedStream, type MessageStream } from "../../src/transport/message-stream.ts";

/** Numbers, and whether their reader has left. */
class Numbers implements MessageStream<number> {
  left = 0;
  #next = 0;

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<number, unknown>> {
    return this.#next === 5 ? { value: undefined, done: true } : { value: this.#next++, done: false };
  }

  async return(): Promise<IteratorResult<number, unknown>> {
    this.left += 1;
    return { value: undefined, done: true };
  }
}

async function all<T>(stream: MessageStream<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe("a mapped stream", () => {
  it("brings what the items are made into, and ends as they do", async () => {
    expect(await all(new MappedStream(new Numbers(), String))).toEqual(["0", "1", "2", "3", "4"]);
  });

  it("leaves its source when its reader leaves, and when an item cannot be made", async () => {
    const left = new Numbers();
    for await (const _ of new MappedStream(left, String)) break;
    expect(left.left).toBe(1);
    const failing = new Numbers();
    const fail = () => {
      throw new Error("Not made");
    };
    await expect(all(new MappedStream(failing, fail))).rejects.toThrow("Not made");
    expect(failing.left).toBe(1);
  });
});

describe("a checked stream", () => {
  it("is checked once its time has come, and ends with what the check says", async () => {
    const check = vi.fn(async () => undefined);
    expect(await all(new CheckedStream(new Numbers(), check, 60_000))).toHaveLength(5);
    expect(check).not.toHaveBeenCalled();
    expect(await all(new CheckedStream(new Numbers(), check, -1))).toHaveLength(5);
    expect(check).toHaveBeenCalledTimes(6);
    const source = new Numbers();
    const refusing = new CheckedStream(source, () => Promise.reject(new Error("No longer")), -1);
    await expect(all(refusing)).rejects.toThrow("No longer");
    expect(source.left).toBe(1);
  });
});
