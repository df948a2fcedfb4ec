import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ScopeProposalSchema, ScopeSchema, ScopeState } from "@scope-registry/client";
import { describe, expect, it } from "vitest";
import { changedFields } from "../../src/changes/changed-fields.ts";
import { describeField } from "../../src/cli/output/describe-field.ts";
import { coloured, plain } from "../../src/cli/output/paint.ts";

const SCOPE = create(ScopeSchema, {
  name: "invoices:read",
  description: "Read",
  owner: "billing-api",
  state: ScopeState.ACTIVE,
  restricted: true,
  resources: ["https://a.example/", "https://b.example/"],
  consentTexts: { en: { title: "See" } },
  revision: 4n,
});

const linesOf = (
  ...versions: Parameters<typeof changedFields<typeof ScopeSchema>> extends [unknown, ...infer R] ? R : never
) => changedFields(ScopeSchema, ...versions).map((field) => describeField(field, plain));

describe("changedFields", () => {
  it("finds nothing in what only the registry counts", () => {
    const later = { ...SCOPE, revision: 9n, updateTime: timestampFromMs(1) };
    expect(changedFields(ScopeSchema, SCOPE, later)).toEqual([]);
  });

  it("tells of something new what it has, of something that is gone nothing", () => {
    expect(linesOf(undefined, SCOPE)).toEqual([
      'description: "Read"',
      "restricted: true",
      "resources: https://a.example/ https://b.example/",
      'consent_texts.en.title: "See"',
    ]);
    expect(linesOf(SCOPE, undefined)).toEqual([]);
  });

  it("tells what is false or empty now as well", () => {
    const after = create(ScopeSchema, { ...SCOPE, restricted: false, description: "", state: ScopeState.DISABLED });
    expect(linesOf(SCOPE, after)).toEqual([
      'description: "Read" -> none',
      "state: active -> disabled",
      "restricted: true -> false",
    ]);
  });

  it("tells what was added to a list and taken from it, and when only its order has changed", () => {
    const resources = ["https://b.example/", "https://c.example/"];
    expect(linesOf(SCOPE, { ...SCOPE, resources })).toEqual(["resources: -https://a.example/ +https://c.example/"]);
    expect(linesOf(SCOPE, { ...SCOPE, resources: SCOPE.resources.toReversed() })).toEqual([
      "resources: in another order",
    ]);
  });

  it("tells what was refused against what is in force, and nothing of it once it is no more", () => {
    const proposal = create(ScopeProposalSchema, { resources: SCOPE.resources, aliases: ["bills:read"] });
    const before = create(ScopeSchema, { ...SCOPE, state: ScopeState.PENDING, proposal });
    const after = create(ScopeSchema, { ...SCOPE, refusedProposal: proposal });
    expect(linesOf(before, after)).toEqual([
      "state: pending -> active",
      "refused_proposal.restricted: true -> false",
      "refused_proposal.aliases: +bills:read",
    ]);
    expect(linesOf(after, SCOPE)).toEqual([]);
  });

  it("tells what is proposed against what is in force, and nothing of a proposal that is no more", () => {
    const proposal = create(ScopeProposalSchema, { resources: SCOPE.resources, aliases: ["bills:read"] });
    const after = create(ScopeSchema, { ...SCOPE, state: ScopeState.PENDING, proposal });
    expect(linesOf(SCOPE, after)).toEqual([
      "state: active -> pending",
      "proposal.restricted: true -> false",
      "proposal.aliases: +bills:read",
    ]);
    expect(linesOf(after, SCOPE)).toEqual(["state: pending -> active"]);
  });
});

describe("describeField", () => {
  it("cannot be made to move the terminal's cursor", () => {
    const [line = ""] = linesOf(undefined, { ...SCOPE, description: "\u001b[2J\u202eRead\nDelete" });
    expect(line).toBe('description: "\ufffd[2J\ufffdRead\ufffdDelete"');
  });

  it("colours what was red and what is green", () => {
    const change = { field: "restricted", before: true, after: false };
    expect(describeField(change, coloured)).toBe("restricted: \u001b[31mtrue\u001b[39m -> \u001b[32mfalse\u001b[39m");
  });
});
