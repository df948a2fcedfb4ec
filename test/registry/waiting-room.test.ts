import { describe, expect, it } from "vitest";
import { COMMIT_ROOM } from "../../src/registry/change-writer.ts";
import { WaitingRoom } from "../../src/registry/waiting-room.ts";

const MIB = 1024 * 1024;
const full = expect.objectContaining({ reason: "OVERLOADED", retryAfterMs: 1_000 });

describe("WaitingRoom", () => {
  it("bounds what one caller holds, in memory too, and leaves room for others", () => {
    const room = new WaitingRoom(COMMIT_ROOM, "wait to be committed");
    for (let taken = 0; taken < 64; taken += 4) room.take("a-api", 4 * MIB);

    expect(() => room.take("a-api", 1)).toThrow(full);
    expect(() => room.take("b-api", 4 * MIB)).not.toThrow();
  });

  it("bounds what all hold together", () => {
    const room = new WaitingRoom(COMMIT_ROOM, "wait to be committed");
    for (let caller = 0; caller < 4; caller++) room.take(`api-${caller}`, 64 * MIB);
    expect(() => room.take("late-api", 1)).toThrow(full);

    const crowd = new WaitingRoom(COMMIT_ROOM, "wait to be committed");
    for (let call = 0; call < 10_000; call++) crowd.take(`api-${call % 10}`, 0);
    expect(() => crowd.take("late-api", 0)).toThrow(full);
  });

  it("has the place again once it is given back", () => {
    const room = new WaitingRoom(COMMIT_ROOM, "wait to be committed");
    const release = room.take("a-api", 64 * MIB);
    expect(() => room.take("a-api", 1)).toThrow(full);
    release();
    expect(() => room.take("a-api", 64 * MIB)).not.toThrow();
  });
});
