import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ScopeDefinitionSchema } from "../gen/scoperegistry/v1/scope_pb.ts";

/**
 * What a resource server says of one of its scopes: the wire's `ScopeDefinition` in plain values. A member that is left out
 * keeps what the registry has stored.
 */
export interface ScopeDefinitionInput {
  /**
   * The scope-token (RFC 6749 §3.3), `invoices:read` for example. With parameters in braces, as in `dataset:{id}:read`, it
   * stands for all its instances.
   */
  readonly name: string;
  /** What the scope allows, for developers and administrators: 1 to 1,000 characters. */
  readonly description: string;
  /** Whether it is granted when a request names no scope. Needs `scope_registry.register_default`. */
  readonly isDefault?: boolean | undefined;
  /** Whether it is granted only to clients that hold a grant for it. */
  readonly restricted?: boolean | undefined;
  /** The resources that tokens with it are meant for: absolute URIs (RFC 8707 §2), at most 20. */
  readonly resources?: readonly string[] | undefined;
  /** What a consent screen shows, by BCP 47 language tag. The texts of a template may name its parameters in braces. */
  readonly consentTexts?: Readonly<Record<string, ConsentTextInput>> | undefined;
  /** Whether it is granted with a warning. */
  readonly deprecated?: boolean | undefined;
  /** The name of the scope to ask for in place of this one. */
  readonly replacedBy?: string | undefined;
  /** When it is meant to stop being honoured: a `Date`, or a time of RFC 3339 such as `2027-01-01T00:00:00Z`. */
  readonly sunsetTime?: Date | string | undefined;
  /** Whether it is left out of public lists. */
  readonly unlisted?: boolean | undefined;
  /** Other names that it answers to, its old ones when it was renamed: at most 20. */
  readonly aliases?: readonly string[] | undefined;
}

/** What a consent screen shows in one language. */
export interface ConsentTextInput {
  readonly title: string;
  readonly description?: string | undefined;
}

/** The definition as the wire has it. @throws {TypeError} if `sunsetTime` is no time */
export function toScopeDefinition(input: ScopeDefinitionInput): MessageInitShape<typeof ScopeDefinitionSchema> {
  const { name, description, sunsetTime } = input;
  return {
    name,
    description,
    resources: [...(input.resources ?? [])],
    aliases: [...(input.aliases ?? [])],
    consentTexts: Object.fromEntries(
      Object.entries(input.consentTexts ?? {}).map(([tag, text]) => [
        tag,
        { title: text.title, description: text.description ?? "" },
      ]),
    ),
    ...(input.isDefault === undefined ? {} : { isDefault: input.isDefault }),
    ...(input.restricted === undefined ? {} : { restricted: input.restricted }),
    ...(input.deprecated === undefined ? {} : { deprecated: input.deprecated }),
    ...(input.replacedBy === undefined ? {} : { replacedBy: input.replacedBy }),
    ...(input.unlisted === undefined ? {} : { unlisted: input.unlisted }),
    ...(sunsetTime === undefined ? {} : { sunsetTime: timestampFromDate(toDate(name, sunsetTime)) }),
  };
}

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})T(?!24)\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** Whether a text is a time of RFC 3339, with its offset from UTC. */
export function isTime(text: string): boolean {
  const [, day] = RFC_3339.exec(text) ?? [];
  return day !== undefined && !Number.isNaN(Date.parse(text)) && isDay(day);
}

/** `Date` takes 30 February for 2 March. */
function isDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

function toDate(name: string, time: Date | string): Date {
  if (typeof time === "string" ? isTime(time) : !Number.isNaN(time.getTime())) return new Date(time);
  throw new TypeError(`The sunsetTime of ${name} must be a time, for example 2027-01-01T00:00:00Z`);
}
