import type { BinaryReader } from "@bufbuild/protobuf/wire";
import { STATE_NAMES, type StateName } from "../../navigation/place.ts";

/** What a list needs to know of a scope. */
export interface FeedScope {
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly state: StateName;
  readonly isDefault: boolean;
  readonly restricted: boolean;
  readonly unlisted: boolean;
  readonly isProposed: boolean;
  readonly replacedBy: string;
  readonly resources: readonly string[];
  readonly aliases: readonly string[];
}

/**
 * Reads a `Scope`, its length first. The library would make a message of all of it, consent texts and times too: of 100,000 scopes
 * that is several times the work and the memory.
 */
export function readScope(reader: BinaryReader): FeedScope {
  const resources: string[] = [];
  const aliases: string[] = [];
  const scope = {
    name: "",
    description: "",
    owner: "",
    state: STATE_NAMES[0] as StateName,
    isDefault: false,
    restricted: false,
    unlisted: false,
    isProposed: false,
    replacedBy: "",
    resources,
    aliases,
  };
  for (const end = reader.uint32() + reader.pos; reader.pos < end; ) {
    const [field, wireType] = reader.tag();
    switch (field) {
      case 1:
        scope.name = reader.string();
        break;
      case 2:
        scope.description = reader.string();
        break;
      case 3:
        scope.isDefault = reader.bool();
        break;
      case 4:
        scope.owner = reader.string();
        break;
      case 5:
        // The numbers of `ScopeState` begin at 1, in the same order.
        scope.state = STATE_NAMES[reader.int32() - 1] ?? STATE_NAMES[0];
        break;
      case 6:
        scope.restricted = reader.bool();
        break;
      case 7:
        resources.push(reader.string());
        break;
      case 9:
        scope.replacedBy = reader.string();
        break;
      case 11:
        scope.unlisted = reader.bool();
        break;
      case 16:
        aliases.push(reader.string());
        break;
      case 18:
        scope.isProposed = true;
        reader.skip(wireType, field);
        break;
      default:
        reader.skip(wireType, field);
    }
  }
  return scope;
}
