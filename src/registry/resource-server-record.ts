import type { ResourceServerRecord } from "../store/scope-log.ts";
import type { Stamp } from "./registry-view.ts";

/** A resource server of which nothing is known yet but its name. */
export function newResourceServer(name: string, { time, revision }: Stamp): ResourceServerRecord {
  return {
    name,
    displayName: "",
    contact: "",
    release: 0,
    resources: [],
    namePrefixes: [],
    mode: "READ_WRITE",
    maySetDefaults: false,
    createTime: time,
    updateTime: time,
    revision,
  };
}
