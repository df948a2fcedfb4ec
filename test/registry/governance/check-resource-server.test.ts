import { describe, expect, it } from "vitest";
import { checkResourceServer } from "../../../src/registry/governance/check-resource-server.ts";
import type { ResourceServerSettings } from "../../../src/registry/governance/governance.ts";
import {
  MAX_CONTACT_LENGTH,
  MAX_DISPLAY_NAME_LENGTH,
  MAX_NAME_PREFIXES,
  MAX_RESOURCES_HELD,
} from "../../../src/registry/limits.ts";
import { settingsOf } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const numbered = (count: number, text: string) => Array.from({ length: count }, (_, at) => `${text}${at}`);

describe("the settings of a resource server", () => {
  it.each<{ what: string; changes: Partial<ResourceServerSettings>; fields: string[] }>([
    { what: "no name", changes: { name: "" }, fields: ["name"] },
    { what: "a name of 513 characters", changes: { name: "n".repeat(513) }, fields: ["name"] },
    {
      what: "a long display name",
      changes: { displayName: "d".repeat(MAX_DISPLAY_NAME_LENGTH + 1) },
      fields: ["display_name"],
    },
    { what: "a display name of two lines", changes: { displayName: "a\nb" }, fields: ["display_name"] },
    { what: "a display name that turns what follows", changes: { displayName: "a\u202eb" }, fields: ["display_name"] },
    { what: "a blank display name", changes: { displayName: "  " }, fields: ["display_name"] },
    {
      what: "a long contact",
      changes: { contact: `${"c".repeat(MAX_CONTACT_LENGTH)}@example.com` },
      fields: ["contact"],
    },
    { what: "a contact of two lines", changes: { contact: "a@example.com\nb" }, fields: ["contact"] },
    { what: "a relative URI", changes: { resources: ["urn:ok", "/api"] }, fields: ["resources[1]"] },
    {
      what: "a URI with a fragment",
      changes: { resources: ["https://a.example.com/#x", ""] },
      fields: ["resources[0]", "resources[1]"],
    },
    {
      what: "too many resources",
      changes: { resources: numbered(MAX_RESOURCES_HELD + 1, "urn:") },
      fields: ["resources"],
    },
    {
      what: "what begins no name",
      changes: { namePrefixes: ["a b", "ok:", "", "é"] },
      fields: ["name_prefixes[0]", "name_prefixes[2]", "name_prefixes[3]"],
    },
    { what: "a prefix of 256 characters", changes: { namePrefixes: ["p".repeat(256)] }, fields: ["name_prefixes[0]"] },
    {
      what: "prefixes with braces",
      changes: { namePrefixes: ["a:{id}", "a:{", "a:}"] },
      fields: [0, 1, 2].map((at) => `name_prefixes[${at}]`),
    },
    {
      what: "too many prefixes",
      changes: { namePrefixes: numbered(MAX_NAME_PREFIXES + 1, "p") },
      fields: ["name_prefixes"],
    },
    { what: "an unknown mode", changes: { mode: "UNRECOGNIZED" }, fields: ["mode"] },
    {
      what: "several of these, naming every one",
      changes: {
        name: "",
        displayName: "\u0007",
        contact: "nobody",
        resources: ["x"],
        namePrefixes: ["{"],
        mode: "UNRECOGNIZED",
      },
      fields: ["name", "display_name", "contact", "resources[0]", "name_prefixes[0]", "mode"],
    },
  ])("are refused with $what", ({ changes, fields }) => {
    const refusal = refusedBy(() => checkResourceServer(settingsOf("billing-api", changes)));
    expect(refusal.reason).toBe("INVALID_REQUEST");
    expect(refusal.violations.map(({ field }) => field)).toEqual(fields.map((field) => `resource_server.${field}`));
  });

  it.each(["", "team@example.com", "https://example.com/team", "HTTPS://example.com"])(
    "take the contact %j",
    (contact) => {
      expect(checkResourceServer(settingsOf("billing-api", { contact })).contact).toBe(contact);
    },
  );

  it.each([
    "team",
    "@example.com",
    "team@",
    "a b@example.com",
    "<team@example.com>",
    "a@b@example.com",
    "http://example.com",
    "mailto:team",
    "javascript:alert(1)",
    "data:text/html,x",
    "//example.com",
  ])("refuse the contact %j, which would be shown as a link", (contact) => {
    const { violations } = refusedBy(() => checkResourceServer(settingsOf("billing-api", { contact })));
    expect(violations.map(({ field }) => field)).toEqual(["resource_server.contact"]);
  });

  it("take as much as is allowed", () => {
    const most = settingsOf("n".repeat(512), {
      displayName: "\u{1f511}".repeat(MAX_DISPLAY_NAME_LENGTH),
      contact: `${"c".repeat(MAX_CONTACT_LENGTH - 12)}@example.com`,
      resources: numbered(MAX_RESOURCES_HELD, "urn:r:"),
      namePrefixes: numbered(MAX_NAME_PREFIXES, "p").sort(),
      mode: "REVIEW",
      maySetDefaults: true,
    });
    expect(checkResourceServer(most)).toEqual(most);
  });

  it("keep what they say twice once: resources in the order given, prefixes in their own", () => {
    const twice = { resources: ["urn:b", "urn:a", "urn:b"], namePrefixes: ["b:", "a:", "b:"] };
    expect(checkResourceServer(settingsOf("billing-api", twice))).toMatchObject({
      resources: ["urn:b", "urn:a"],
      namePrefixes: ["a:", "b:"],
    });
  });
});
