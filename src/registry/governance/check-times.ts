import type { Violation } from "@scope-registry/client/judging";
import type { KindedRecord } from "../../store/scope-log.ts";
import { LATEST_TIME } from "../limits.ts";

/** Adds that a time is none, if so. */
export function checkTime(violations: Violation[], field: string, time: number): void {
  if (time >= 0 && time <= LATEST_TIME) return;
  violations.push({ field, description: "Time is out of range: give one from 1970-01-01 to 9999-12-31" });
}

/** Adds which times of a record are none. */
export function checkTimes(violations: Violation[], { record }: KindedRecord, path: string): void {
  if ("createTime" in record) checkTime(violations, `${path}.create_time`, record.createTime);
  if ("updateTime" in record) checkTime(violations, `${path}.update_time`, record.updateTime);
}
