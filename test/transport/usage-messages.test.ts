import { create, toBinary } from "@bufbuild/protobuf";
import { formatDay, parseDay } from "@scope-registry/client/judging";
import { ListScopeUsagesResponseSchema, ReportUsageRequestSchema } from "@scope-registry/client/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScopeUsage } from "../../src/registry/governance/governance.ts";
import { MAX_ANSWER_BYTES } from "../../src/registry/limits.ts";
import { fromUsages, toScopeUses } from "../../src/transport/messages/usage-messages.ts";

const TODAY = 20_000;

const report = (uses: readonly { name?: string; clientId?: string; day?: string }[]) =>
  create(ReportUsageRequestSchema, { uses: uses.map((use) => ({ name: "a:read", day: formatDay(TODAY), ...use })) });

describe("days", () => {
  it("are written as they are counted, and read as they are written", () => {
    expect(formatDay(0)).toBe("1970-01-01");
    expect(parseDay("2024-10-04")).toBe(TODAY);
    fc.assert(fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (day) => parseDay(formatDay(day)) === day));
  });

  it.each([
    "",
    "2024",
    "2024-02-30",
    "2023-02-29",
    "2024-13-01",
    "2024-00-10",
    "2024-1-1",
    "2024-10-04T00:00:00Z",
    " 2024-10-04",
  ])("are not read out of %j", (text) => expect(parseDay(text)).toBeUndefined());
});

describe("toScopeUses", () => {
  it("takes what was granted to whom on which day", () => {
    const uses = [{ clientId: "shop" }, { day: formatDay(TODAY - 366) }, { day: formatDay(TODAY + 1) }];
    expect(toScopeUses(report(uses), TODAY)).toEqual([
      { name: "a:read", clientId: "shop", day: TODAY },
      { name: "a:read", clientId: "", day: TODAY - 366 },
      { name: "a:read", clientId: "", day: TODAY + 1 },
    ]);
  });

  it("refuses what is no fact, with every violation", () => {
    const uses = [
      { name: "n".repeat(256) },
      { clientId: "c".repeat(513) },
      { day: "yesterday" },
      { day: formatDay(TODAY - 367) },
      { day: formatDay(TODAY + 2) },
    ];
    const fields = ["uses[0].name", "uses[1].client_id", "uses[2].day", "uses[3].day", "uses[4].day"];
    expect(() => toScopeUses(report(uses), TODAY)).toThrow(
      expect.objectContaining({
        reason: "INVALID_REQUEST",
        violations: fields.map((field) => expect.objectContaining({ field })),
      }),
    );
  });

  it("takes 10,000 facts and no more", () => {
    const many = Array.from({ length: 10_001 }, () => ({}));
    expect(toScopeUses(report(many.slice(1)), TODAY)).toHaveLength(10_000);
    expect(() => toScopeUses(report(many), TODAY)).toThrow(expect.objectContaining({ reason: "INVALID_REQUEST" }));
  });
});

describe("fromUsages", () => {
  const usage = (name: string, clientIds: readonly string[]): ScopeUsage => ({
    name,
    lastValidatedDay: TODAY,
    clientIds,
    grantCount: 1,
    grantedClientIds: clientIds.slice(0, 50),
    isDefault: false,
    inUse: true,
  });

  it("tells of as many clients of each scope as an answer has room for, the newest first", () => {
    const clients = Array.from({ length: 100 }, (_, at) => `${at}-${"c".repeat(500)}`);
    const usages = Array.from({ length: 1_000 }, (_, at) => usage(`scope:${at}`, at === 7 ? [] : clients));
    const messages = fromUsages(usages, MAX_ANSWER_BYTES);
    const answer = create(ListScopeUsagesResponseSchema, { usages: messages });
    const { length } = toBinary(ListScopeUsagesResponseSchema, answer);
    expect(length).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    expect(length).toBeGreaterThan(MAX_ANSWER_BYTES / 2);
    expect(messages[0]?.clientIds.length).toBeGreaterThan(1);
    expect(messages[0]?.clientIds).toEqual(clients.slice(0, messages[0]?.clientIds.length));
    expect(messages[7]?.clientIds).toEqual([]);
  });

  it("tells of all where they fit, and of a scope that was never seen that it was not", () => {
    const never = { ...usage("b", []), lastValidatedDay: undefined };
    expect(fromUsages([usage("a", ["shop", "app"]), never], MAX_ANSWER_BYTES)).toMatchObject([
      { name: "a", lastValidatedDay: "2024-10-04", clientIds: ["shop", "app"] },
      { name: "b", lastValidatedDay: "", clientIds: [] },
    ]);
  });
});
